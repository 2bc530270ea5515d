import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa, type Subprocess } from 'execa';
import { waitFor } from '../../../lab/net/index.ts';

const gatewayMain = resolve(import.meta.dirname, '../../../gateway/agent/main.ts');
const senderMain = resolve(import.meta.dirname, 'send-frames-main.ts');
const carrierMain = resolve(import.meta.dirname, 'carry-frames-main.ts');
const DEADLINE_MS = 10_000;

/** One line of the gateway's log. */
export type LogLine = Readonly<Record<string, unknown>> & { readonly event: string };

/**
 * A network namespace with a gateway's two sides: `gw0`, whose other end `agent0` is the agent's, and `out0`. The
 * gateway's name and everything that it makes are this test's own.
 */
export class OwnNetwork {
  readonly name: string;
  readonly pins: string;
  readonly namespace: string;
  readonly #folder: string;
  readonly #running = new Set<RunningGateway>();
  readonly #unread: ChildProcess[] = [];
  #forwards = false;

  private constructor(name: string, folder: string) {
    this.name = name;
    this.pins = `/sys/fs/bpf/sallyport/${name}`;
    this.namespace = `sallyport-${name}`;
    this.#folder = folder;
  }

  static async create(purpose: string): Promise<OwnNetwork> {
    const folder = await mkdtemp(join(tmpdir(), 'sallyport-test-'));
    const network = new OwnNetwork(`test-${purpose}-${process.pid}`, folder);
    try {
      await network.#build();
      return network;
    } catch (error) {
      await network.remove();
      throw error;
    }
  }

  async #build(): Promise<void> {
    await execa('ip', ['netns', 'add', this.namespace]);
    await this.inside('sh', ['-c', 'echo 1 > /proc/sys/net/ipv6/conf/all/forwarding']);
    for (const [end, other, ...addresses] of [
      ['gw0', 'agent0', '10.8.1.1/24', 'fd00:8:1::1/64'],
      ['out0', 'out1', '192.0.2.1/24', '2001:db8::1/64'],
    ] as const) {
      await this.link(end, other, ...addresses);
    }
  }

  /** A link whose near end has addresses, and whose far end only carries what a test puts on it. */
  async link(end: string, other: string, ...addresses: readonly string[]): Promise<void> {
    await this.inside('ip', ['link', 'add', end, 'type', 'veth', 'peer', 'name', other]);
    for (const address of addresses) {
      const flags = address.includes(':') ? ['nodad'] : [];
      await this.inside('ip', ['address', 'add', address, 'dev', end, ...flags]);
    }
    // The far ends only carry what a test puts on them.
    const silence = `echo 1 > /proc/sys/net/ipv6/conf/${other}/disable_ipv6`;
    await this.inside('sh', ['-c', silence]);
    for (const link of [end, other]) await this.inside('ip', ['link', 'set', link, 'up']);
  }

  /** The policy folder, with one file. */
  async write(policies: string): Promise<string> {
    await writeFile(join(this.#folder, 'policies.yaml'), policies);
    return this.#folder;
  }

  inside(command: string, args: readonly string[], options: { reject?: boolean } = {}) {
    return execa('nsenter', [`--net=/run/netns/${this.namespace}`, command, ...args], options);
  }

  /** A `sallyport-gateway` command to its end. */
  command(...args: string[]) {
    return this.inside(process.execPath, [gatewayMain, ...args], { reject: false });
  }

  /** `sallyport-gateway run` on `gw0`, until it governs. */
  async start(...more: string[]): Promise<RunningGateway> {
    const args = ['run', '--name', this.name, '--interface', 'gw0', '--policies', this.#folder];
    const running = new RunningGateway(
      this.inside(process.execPath, [gatewayMain, ...args, ...more]),
    );
    this.#running.add(running);
    await running.logged('ready');
    return running;
  }

  /** `sallyport-gateway run` whose standard output is a pipe that nobody reads. */
  startUnread(): ChildProcess {
    const args = ['run', '--name', this.name, '--interface', 'gw0', '--policies', this.#folder];
    const child = spawn(
      'nsenter',
      [`--net=/run/netns/${this.namespace}`, process.execPath, gatewayMain, ...args],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    this.#unread.push(child);
    return child;
  }

  async status(): Promise<{ packets: Record<string, number> } & Record<string, unknown>> {
    const { stdout } = await this.command('status', '--name', this.name, '--json');
    return JSON.parse(stdout);
  }

  /** The agent puts frames on its link as they are. */
  async sendFromAgent(frames: readonly Buffer[]): Promise<void> {
    const hex = frames.map((frame) => frame.toString('hex'));
    await this.inside(process.execPath, [senderMain, 'agent0', ...hex]);
  }

  /** The agent sends frames (IPv4) to the gateway. @returns destinations of those that it carries on, in order */
  async carried(frames: readonly Buffer[]): Promise<string[]> {
    if (!this.#forwards) await this.#forward();
    const mac = Buffer.from((await this.#link('gw0')).address.replaceAll(':', ''), 'hex');
    const hex = frames.map((frame) => Buffer.concat([mac, frame.subarray(6)]).toString('hex'));
    const args = [carrierMain, 'agent0', 'out1', ...hex];
    const { stdout } = await this.inside(process.execPath, args);
    return stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => Buffer.from(line, 'hex').subarray(30, 34).join('.'));
  }

  async ifindex(link: string): Promise<number> {
    return (await this.#link(link)).ifindex;
  }

  async #link(name: string): Promise<{ ifindex: number; address: string }> {
    const { stdout } = await this.inside('ip', ['-json', 'link', 'show', 'dev', name]);
    return JSON.parse(String(stdout))[0];
  }

  /** Nobody answers for addresses beyond `out0`: frames to them are sent all the same. */
  async #forward(): Promise<void> {
    await this.inside('sh', ['-c', 'echo 1 > /proc/sys/net/ipv4/ip_forward']);
    for (const host of ['192.0.2.10', '192.0.2.200']) {
      const to = [host, 'lladdr', '02:00:00:00:00:01', 'dev', 'out0', 'nud', 'permanent'];
      await this.inside('ip', ['neighbour', 'replace', ...to]);
    }
    this.#forwards = true;
  }

  async remove(): Promise<void> {
    await Promise.all([...this.#running].map((one) => one.kill()));
    for (const child of this.#unread) child.kill('SIGKILL');
    await this.command('detach', '--name', this.name);
    await execa('ip', ['netns', 'delete', this.namespace], { reject: false });
    await rm(this.#folder, { recursive: true, force: true });
  }
}

type RunningProcess = Pick<Subprocess, 'pid' | 'stdout' | 'kill'> &
  Promise<{ readonly exitCode?: number | undefined }>;

export class RunningGateway {
  readonly lines: LogLine[] = [];
  readonly #process: RunningProcess;
  readonly #ended: Promise<number | undefined>;
  #rest = '';

  constructor(process: RunningProcess) {
    this.#process = process;
    this.#ended = process.then(
      ({ exitCode }) => exitCode,
      (error: { exitCode?: number }) => error.exitCode,
    );
    process.stdout?.on('data', (chunk: Buffer) => this.#read(String(chunk)));
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  /** Waits for the `count`-th line of a kind. @throws when it does not come */
  async logged(event: string, count = 1): Promise<LogLine> {
    return waitFor(`the gateway's log line "${event}"`, () => this.of(event)[count - 1], {
      deadline: DEADLINE_MS,
    });
  }

  of(event: string): LogLine[] {
    return this.lines.filter((line) => line.event === event);
  }

  /** Sends SIGTERM. @returns the exit code */
  async stop(): Promise<number | undefined> {
    this.#process.kill('SIGTERM');
    return this.#ended;
  }

  async kill(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.#ended;
  }

  #read(chunk: string): void {
    const parts = (this.#rest + chunk).split('\n');
    this.#rest = parts.pop() ?? '';
    for (const line of parts) this.lines.push(JSON.parse(line) as LogLine);
  }
}
