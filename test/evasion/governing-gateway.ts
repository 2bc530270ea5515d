import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { RunningGateway } from '../gateway/support/own-network.ts';

const gatewayMain = resolve(import.meta.dirname, '../../gateway/agent/main.ts');

/** `sallyport-gateway run` in a namespace, with a policy folder of its own. */
export class GoverningGateway {
  readonly #name: string;
  readonly #namespace: string;
  #folder = '';
  #running: RunningGateway | undefined;

  constructor(name: string, namespace: string) {
    this.#name = name;
    this.#namespace = namespace;
  }

  /** Returns once the policies are in force. */
  async start(interfaces: readonly string[], policies: string): Promise<void> {
    this.#folder = await mkdtemp(join(tmpdir(), 'sallyport-test-'));
    await this.#write(policies);
    const governed = interfaces.flatMap((one) => ['--interface', one]);
    const args = ['run', '--name', this.#name, ...governed, '--policies', this.#folder];
    this.#running = new RunningGateway(this.#inside(args));
    await this.#running.logged('applied');
  }

  /** Puts other policies in force. */
  async use(policies: string): Promise<void> {
    const before = this.#running?.of('applied').length ?? 0;
    await this.#write(policies);
    await this.#running?.logged('applied', before + 1);
  }

  async remove(): Promise<void> {
    await this.#running?.kill();
    await this.#inside(['detach', '--name', this.#name]);
    if (this.#folder) await rm(this.#folder, { recursive: true, force: true });
  }

  #write(policies: string): Promise<void> {
    return writeFile(join(this.#folder, 'policies.yaml'), policies);
  }

  #inside(args: readonly string[]) {
    const line = [`--net=/run/netns/${this.#namespace}`, process.execPath, gatewayMain, ...args];
    return execa('nsenter', line, { reject: false });
  }
}
