import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { removeSidecar } from '../../../gateway/agent/sidecar-remains.ts';
import { waitFor } from '../../../lab/net/index.ts';

const gatewayMain = resolve(import.meta.dirname, '../../../gateway/agent/main.ts');
const servicesMain = resolve(import.meta.dirname, 'local-services-main.ts');
const probe = resolve(import.meta.dirname, 'probe.pl');
const DEADLINE_MS = 15_000;

/** As a machine with nothing but itself: a network namespace with a loopback interface and services on it. */
export class OwnMachine {
  readonly name: string;
  readonly #namespace: string;
  readonly #folder: string;
  #services: { kill(signal: NodeJS.Signals): unknown } | undefined;
  readonly #sidecars: Sidecar[] = [];

  private constructor(name: string, folder: string) {
    this.name = name;
    this.#namespace = `sallyport-${name}`;
    this.#folder = folder;
  }

  static async create(purpose: string): Promise<OwnMachine> {
    const folder = await mkdtemp(join(tmpdir(), 'sallyport-test-'));
    const machine = new OwnMachine(`test-${purpose}-${process.pid}`, folder);
    await execa('ip', ['netns', 'add', machine.#namespace]);
    await machine.inside('ip', ['link', 'set', 'lo', 'up']);
    await machine.inside('ip', ['address', 'add', '203.0.114.80/32', 'dev', 'lo']);
    return machine;
  }

  /** Services at 203.0.114.80. */
  async serve(...ports: readonly number[]): Promise<void> {
    const args = [servicesMain, '203.0.114.80', ...ports.map(String)];
    const services = this.inside(process.execPath, args);
    services.catch(() => undefined);
    this.#services = services;
    let said = '';
    services.stdout?.on('data', (chunk) => {
      said += chunk;
    });
    await waitFor('the services', () => said.includes('ready'), { deadline: DEADLINE_MS });
  }

  async write(policies: string): Promise<void> {
    await writeFile(join(this.#folder, 'policies.yaml'), policies);
  }

  inside(command: string, args: readonly string[], options: object = {}) {
    return execa('nsenter', [`--net=/run/netns/${this.#namespace}`, command, ...args], options);
  }

  /** `sallyport-gateway exec` of a command. */
  exec(command: readonly string[], more: readonly string[] = []) {
    const rules = ['--policies', this.#folder, '--log', this.log, '--name', this.name, ...more];
    const args = [gatewayMain, 'exec', ...rules, '--', ...command];
    return this.inside(process.execPath, args, { reject: false, stdin: 'pipe' });
  }

  get log(): string {
    return join(this.#folder, 'flows.jsonl');
  }

  async logged(): Promise<Record<string, unknown>[]> {
    const lines = (await readFile(this.log, 'utf8').catch(() => '')).trim().split('\n');
    return lines.filter((line) => line !== '').map((line) => JSON.parse(line));
  }

  async status(): Promise<{ packets: Record<string, number>; clauses: Record<string, unknown>[] }> {
    const args = [gatewayMain, 'status', '--name', this.name, '--json'];
    return JSON.parse((await this.inside(process.execPath, args)).stdout);
  }

  /** A governed command that does as it is told. */
  async probe(...more: readonly string[]): Promise<Sidecar> {
    const sidecar = new Sidecar(this.exec(['perl', '-e', await readFile(probe, 'utf8')], more));
    this.#sidecars.push(sidecar);
    await sidecar.line();
    return sidecar;
  }

  async remove(): Promise<void> {
    for (const sidecar of this.#sidecars) await sidecar.end();
    await removeSidecar(this.name);
    this.#services?.kill('SIGKILL');
    await execa('ip', ['netns', 'delete', this.#namespace], { reject: false });
    await rm(this.#folder, { recursive: true, force: true });
  }
}

export class Sidecar {
  readonly process: ReturnType<OwnMachine['exec']>;
  #said = '';
  #complaints = '';
  #hasEnded = false;

  constructor(process: ReturnType<OwnMachine['exec']>) {
    this.process = process;
    process.stdout?.on('data', (chunk) => {
      this.#said += chunk;
    });
    void process.then(() => {
      this.#hasEnded = true;
    });
    process.stderr?.on('data', (chunk) => {
      this.#complaints += chunk;
    });
  }

  /** Tells the command to do something. @returns what it says: `ok`, the name of an error, or a text */
  async do(what: string): Promise<string> {
    this.process.stdin?.write(`${what}\n`);
    const said = await this.line();
    const number = /^errno (\d+)$/.exec(said)?.[1];
    if (number === undefined) return said;
    const names = Object.entries(constants.errno).filter(([, value]) => value === Number(number));
    return names[0]?.[0] ?? said;
  }

  async line(): Promise<string> {
    const end = await waitFor(
      'a line of the command',
      () => {
        if (this.#said.includes('\n')) return this.#said.indexOf('\n') + 1;
        if (this.#hasEnded) throw new Error(`it has ended: ${this.#complaints}`);
        return undefined;
      },
      { deadline: DEADLINE_MS },
    );
    const line = this.#said.slice(0, end - 1);
    this.#said = this.#said.slice(end);
    return line;
  }

  /** Nothing more to do. @returns the exit code */
  async end(): Promise<number | undefined> {
    this.process.stdin?.end();
    return (await this.process).exitCode;
  }
}
