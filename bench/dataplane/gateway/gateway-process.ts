import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { inNamespace, waitFor } from '../../../lab/net/index.ts';
import { initRepository, publishBundle } from '../../../src/bundle/index.ts';
import type { RuleSet } from '../../../src/rules/index.ts';

const GROUP = 'bench';
/** The maps are read back after a change, and memory is given back after that. */
const REST_MS = 3000;
const root = join(import.meta.dirname, '..', '..', '..');
/** As the package ships it: JavaScript needs a third less memory than what strips types while it loads. */
const program = join(root, 'dist', 'gateway', 'agent', 'main.js');
const bundleServer = join(import.meta.dirname, 'serve-bundles-main.ts');

/** A line of the gateway's log, as far as it matters here. */
export interface LogLine {
  readonly event: string;
  readonly ms?: number;
  readonly message?: string;
}

/** `sallyport-gateway run` in a namespace, with a server of bundles beside it. */
export class GatewayProcess {
  readonly #namespace: string;
  readonly #name: string;
  readonly #folder: string;
  readonly #children: ChildProcess[] = [];
  #events: ChildProcess | undefined;
  #read = 0;
  #pid = 0;
  readonly #onExit = () => this.stop();

  private constructor(namespace: string) {
    this.#namespace = namespace;
    this.#name = `bench${process.pid}`;
    this.#folder = mkdtempSync(join(tmpdir(), 'sallyport-bench-'));
    process.once('exit', this.#onExit);
  }

  /** Keys and server; no process yet. */
  static async prepare(namespace: string): Promise<GatewayProcess> {
    const gateway = new GatewayProcess(namespace);
    try {
      execFileSync(process.execPath, [join(root, 'scripts', 'build-dist.mjs')]);
      await initRepository(gateway.#place);
      gateway.#events = gateway.#spawn([bundleServer, gateway.#place.repository]);
      await firstLine(gateway.#events);
      return gateway;
    } catch (error) {
      gateway.stop();
      throw error;
    }
  }

  /** Signs and puts rules on the server. The gateway is not told. */
  async publish(ruleSet: RuleSet): Promise<void> {
    const custom = { commit: '0'.repeat(40), pullRequest: null };
    await publishBundle({ ...this.#place, group: GROUP, ruleSet, custom });
  }

  /** The event that a server sends when it has published. */
  tell(): void {
    this.#events?.stdin?.write(`${JSON.stringify({ group: GROUP })}\n`);
  }

  /** Starts the process. @returns when its first rules are in force */
  async start(): Promise<LogLine> {
    const run = [program, 'run', '--name', this.#name, '--interface', 'inside', '--json'];
    const bundles = ['--url', 'http://127.0.0.1:8080/', '--group', GROUP, '--poll', '3600'];
    const state = ['--state', join(this.#folder, 'state')];
    const trusted = ['--root', join(this.#place.repository, 'metadata', '1.root.json')];
    const child = this.#spawn([...run, ...bundles, ...state, ...trusted], openSync(this.#log, 'a'));
    this.#pid = child.pid ?? 0;
    return this.logged(({ event }) => event === 'applied');
  }

  /**
   * The next line of the log that is wanted. It goes to a file that is read only here: a reader at the other end of a
   * pipe would take from the processor what is being measured.
   * @throws Error for a `rejected` one, or after two minutes
   */
  logged(isWanted: (line: LogLine) => boolean): Promise<LogLine> {
    const look = () => {
      const lines = readFileSync(this.#log, 'utf8').split('\n').slice(0, -1);
      const fresh = lines.slice(this.#read).map((text) => JSON.parse(text) as LogLine);
      const at = fresh.findIndex((line) => line.event === 'rejected' || isWanted(line));
      const found = fresh[at];
      this.#read += found ? at + 1 : fresh.length;
      if (found?.event === 'rejected') throw new Error(found.message);
      return found;
    };
    return waitFor('a line in the log of the gateway', look, { deadline: 120_000 });
  }

  /** MiB of memory: when nothing changes any more, and the most so far. */
  async memoryAtRest(): Promise<ReturnType<GatewayProcess['memory']>> {
    for (let before = this.memory(); ; ) {
      await setTimeout(REST_MS);
      const now = this.memory();
      if (Math.abs(now.resident - before.resident) < 1) return now;
      before = now;
    }
  }

  /** MiB of memory: now, and the most so far. */
  memory(): { readonly resident: number; readonly peak: number } {
    const status = readFileSync(`/proc/${this.#pid}/status`, 'utf8');
    const mebibytes = (field: string) =>
      Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0) / 1024;
    return { resident: mebibytes('VmRSS'), peak: mebibytes('VmHWM') };
  }

  /** Ends all of it, and what it has put into the kernel. Nothing here waits. */
  stop(): void {
    process.removeListener('exit', this.#onExit);
    for (const child of this.#children.splice(0)) child.kill('SIGKILL');
    const [file, ...args] = inNamespace(this.#namespace, [
      process.execPath,
      ...[program, 'detach', '--name', this.#name],
    ]);
    spawnSync(file, args);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** The socket at which workloads register. */
  get registry(): string {
    return join('/run/sallyport', this.#name, 'workloads.sock');
  }

  get #log(): string {
    return join(this.#folder, 'log.jsonl');
  }

  get #place() {
    return { keys: join(this.#folder, 'keys'), repository: join(this.#folder, 'tuf') };
  }

  #spawn(args: readonly string[], output: number | 'pipe' = 'pipe'): ChildProcess {
    const [file, ...rest] = inNamespace(this.#namespace, [process.execPath, ...args]);
    // nsenter becomes what it starts: the process id is the program's own.
    const child = spawn(file, rest, { stdio: ['pipe', output, 'inherit'] });
    this.#children.push(child);
    return child;
  }
}

async function firstLine(child: ChildProcess): Promise<void> {
  if (!child.stdout) throw new Error('no output');
  for await (const _ of createInterface({ input: child.stdout })) return;
  throw new Error('the server of bundles has ended');
}
