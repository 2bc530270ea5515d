import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { RunningGateway } from './own-network.ts';

const gatewayMain = resolve(import.meta.dirname, '../../../gateway/agent/main.ts');

/** Container `a` and `b` are ports of the bridge `br0`, `c` has a link of its own; each is a network namespace. */
const containers = {
  a: { address: '10.8.1.2/24', router: '10.8.1.1' },
  b: { address: '10.8.1.3/24', router: '10.8.1.1' },
  c: { address: '10.8.2.2/24', router: '10.8.2.1' },
} as const;
export type Container = keyof typeof containers;

/** A machine that runs containers, as far as its network goes. */
export class ContainerHost {
  readonly name = `test-containers-${process.pid}`;
  #folder = '';
  #gateway: RunningGateway | undefined;

  static async create(): Promise<ContainerHost> {
    const host = new ContainerHost();
    try {
      await host.#build();
      return host;
    } catch (error) {
      await host.remove();
      throw error;
    }
  }

  async #build(): Promise<void> {
    this.#folder = await mkdtemp(join(tmpdir(), 'sallyport-test-'));
    await execa('ip', ['netns', 'add', this.#namespace()]);
    await this.#host('sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.disable_ipv6=1');
    await this.#host(
      'ip link add br0 type bridge; ip address add 10.8.1.1/24 dev br0; ip link set br0 up',
    );
    for (const name of Object.keys(containers) as Container[]) {
      const { address, router } = containers[name];
      const space = this.#namespace(name);
      await execa('ip', ['netns', 'add', space]);
      await this.#host(`ip link add veth-${name} type veth peer name eth0 netns ${space}`);
      const home =
        name === 'c'
          ? 'ip address add 10.8.2.1/24 dev veth-c'
          : `ip link set veth-${name} master br0`;
      await this.#host(`${home}; ip link set veth-${name} up`);
      await this.inside(name, 'sysctl -qw net.ipv6.conf.all.disable_ipv6=1');
      await this.inside(
        name,
        `ip address add ${address} dev eth0; ip link set eth0 up; ip link set lo up; ip route add default via ${router}`,
      );
    }
  }

  /** `sallyport-gateway run` on interfaces of the host, until it enforces. */
  async govern(policies: string, interfaces: readonly string[]): Promise<RunningGateway> {
    await writeFile(join(this.#folder, 'policies.yaml'), policies);
    const args = ['run', '--name', this.name, '--policies', this.#folder];
    const where = interfaces.flatMap((name) => ['--interface', name]);
    const namespace = `--net=/run/netns/${this.#namespace()}`;
    const running = execa(
      'nsenter',
      [namespace, process.execPath, gatewayMain, ...args, ...where],
      {
        reject: false,
      },
    );
    this.#gateway = new RunningGateway(running as never);
    await this.#gateway.logged('applied');
    return this.#gateway;
  }

  inside(container: Container, script: string) {
    return this.#shell(this.#namespace(container), script);
  }

  /** Whether a container gets an answer to an echo. */
  async pings(container: Container, address: string, more = ''): Promise<boolean> {
    const { exitCode } = await this.inside(container, `ping -c 1 -W 0.3 ${more} ${address}`);
    return exitCode === 0;
  }

  async remove(): Promise<void> {
    await this.#gateway?.kill();
    await this.#host(`${process.execPath} ${gatewayMain} detach --name ${this.name}`);
    const spaces = [
      this.#namespace(),
      ...(Object.keys(containers) as Container[]).map((name) => this.#namespace(name)),
    ];
    for (const space of spaces) await execa('ip', ['netns', 'delete', space], { reject: false });
    await rm(this.#folder, { recursive: true, force: true });
  }

  #host(script: string) {
    return this.#shell(this.#namespace(), script);
  }

  #shell(namespace: string, script: string) {
    return execa('nsenter', [`--net=/run/netns/${namespace}`, 'sh', '-ec', script], {
      reject: false,
    });
  }

  #namespace(container = 'host'): string {
    return `sallyport-${this.name}-${container}`;
  }
}
