import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { enableForwarding, inNamespace } from '../../../lab/net/index.ts';
import { ipBatch, runIn, type Scene } from '../scene.ts';
import { questions, SERVER, unboundConfiguration } from './names.ts';

/** A client, a machine that forwards, and a server, each in a namespace of its own. */
export interface Path {
  readonly client: string;
  readonly gateway: string;
  readonly server: string;
}

const CLIENT = '10.8.0.2';
export const INSIDE = '10.8.0.1';
const OUTSIDE = '10.9.0.1';

export async function buildPath(scene: Scene, name: string): Promise<Path> {
  const [client, gateway, server] = await Promise.all([
    scene.namespace(`${name}-client`),
    scene.namespace(`${name}-gateway`),
    scene.namespace(`${name}-server`),
  ]);
  await ipBatch(gateway, [
    'link set lo up',
    `link add inside type veth peer name eth0 netns ${client}`,
    `link add outside type veth peer name eth0 netns ${server}`,
    'link set inside up',
    'link set outside up',
    `address add ${INSIDE}/24 dev inside`,
    `address add ${OUTSIDE}/24 dev outside`,
  ]);
  await host(client, CLIENT, INSIDE);
  await host(server, SERVER, OUTSIDE);
  await enableForwarding(gateway);
  return { client, gateway, server };
}

async function host(namespace: string, address: string, gateway: string): Promise<void> {
  await ipBatch(namespace, [
    'link set lo up',
    'link set eth0 up',
    `address add ${address}/24 dev eth0`,
    `route add default via ${gateway}`,
  ]);
}

/** Processes that end with the benchmark, however it ends. */
export class Services {
  readonly #children: ChildProcess[] = [];
  readonly #folder = mkdtempSync(join(tmpdir(), 'sallyport-bench-'));
  readonly #onExit = () => this.stop();

  /** A file of questions that dnsperf can read again and again. */
  readonly questions = join(this.#folder, 'questions');

  constructor() {
    writeFileSync(this.questions, questions);
    process.once('exit', this.#onExit);
  }

  /** What answers at the end of a path: TCP at 443, DNS at 53. */
  async startServer({ server }: Path): Promise<void> {
    const answer = join(import.meta.dirname, 'answer-main.ts');
    const child = this.start(server, [process.execPath, answer, SERVER, '443']);
    if (child.stdout) for await (const _ of createInterface({ input: child.stdout })) break;
    const configuration = join(this.#folder, 'unbound.conf');
    writeFileSync(configuration, unboundConfiguration());
    this.start(server, ['unbound', '-d', '-c', configuration]);
  }

  /** Started in the foreground; says nothing here. */
  start(namespace: string, commandLine: readonly string[]): ChildProcess {
    const [file, ...args] = inNamespace(namespace, commandLine);
    const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'ignore'] });
    this.#children.push(child);
    return child;
  }

  stop(): void {
    process.removeListener('exit', this.#onExit);
    for (const child of this.#children.splice(0)) child.kill('SIGKILL');
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

export interface Asked {
  readonly perSecond: number;
  /** µs: median, 99th and 99.9th hundredth. */
  readonly latencies: readonly number[];
}

const ask = join(import.meta.dirname, 'ask-main.ts');

/** What a client sees for a while. */
export async function askTcp(
  { client }: Path,
  kind: 'connect' | 'request',
  ms: number,
): Promise<Asked> {
  const text = await runIn(client, [process.execPath, ask, kind, SERVER, '443', String(ms)]);
  return JSON.parse(text) as Asked;
}
