import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import type { OwnNetwork } from './own-network.ts';

const callMain = join(import.meta.dirname, 'call-main.ts');

/** What became of a call: `connected`, `answered`, `timeout`, or the error that the system gave. */
export interface CallOutcome {
  readonly code: string;
  /** Of a datagram, in hexadecimal. */
  readonly answer?: string;
}

/** A network namespace of its own for the agent's end of the link, and a program in it that makes calls. */
export class AgentHost {
  readonly #namespace: string;
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #ended: Promise<unknown>;
  readonly #outcomes: AsyncIterator<string>;

  private constructor(namespace: string) {
    this.#namespace = namespace;
    this.#process = spawn('nsenter', [`--net=/run/netns/${namespace}`, process.execPath, callMain]);
    this.#ended = once(this.#process, 'exit');
    this.#process.stderr.pipe(process.stderr);
    const input = this.#process.stdout;
    this.#outcomes = createInterface({ input })[Symbol.asyncIterator]();
  }

  /** Takes over the agent's end of the link. */
  static async create(network: OwnNetwork): Promise<AgentHost> {
    const namespace = `${network.namespace}-agent`;
    await execa('ip', ['netns', 'add', namespace]);
    const ip = (...args: string[]) => execa('ip', ['-n', namespace, ...args]);
    await network.inside('ip', ['link', 'set', 'agent0', 'netns', namespace]);
    await execa('nsenter', [
      `--net=/run/netns/${namespace}`,
      'sh',
      '-c',
      'echo 0 > /proc/sys/net/ipv6/conf/agent0/disable_ipv6',
    ]);
    await ip('address', 'add', '10.8.1.5/24', 'dev', 'agent0');
    await ip('address', 'add', 'fd00:8:1::5/64', 'dev', 'agent0', 'nodad');
    await ip('link', 'set', 'agent0', 'up');
    await ip('route', 'add', 'default', 'via', '10.8.1.1');
    await ip('-6', 'route', 'add', 'default', 'via', 'fd00:8:1::1');
    return new AgentHost(namespace);
  }

  async call(...words: (string | number)[]): Promise<CallOutcome> {
    this.#process.stdin.write(`${words.join(' ')}\n`);
    const { value, done } = await this.#outcomes.next();
    if (done) throw new Error('the agent’s program has ended');
    return JSON.parse(value) as CallOutcome;
  }

  async remove(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.#ended;
    await execa('ip', ['netns', 'delete', this.#namespace], { reject: false });
  }
}
