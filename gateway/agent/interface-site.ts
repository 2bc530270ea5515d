import { KernelError } from '../kernel/index.ts';
import type { Binding } from '../tables/index.ts';
import type { Gateway } from './gateway.ts';
import type { GovernedInterface } from './interface-option.ts';
import { bindingsOf, type Interface, readInterfaces } from './interfaces.ts';
import type { Log } from './log.ts';
import type { Site } from './site.ts';

/** The interfaces of a machine that face agents. */
export class InterfaceSite implements Site {
  readonly names: readonly string[];
  readonly leavesOut = ['sp_judge'] as const;
  readonly forwards = true;
  readonly afterwards = 'the rules in force stay in force';
  readonly #governed: readonly GovernedInterface[];
  readonly #log: Log;
  #interfaces: readonly Interface[];

  private constructor(
    governed: readonly GovernedInterface[],
    interfaces: readonly Interface[],
    log: Log,
  ) {
    this.names = governed.map(({ name }) => name);
    this.#governed = governed;
    this.#interfaces = interfaces;
    this.#log = log;
  }

  /** @throws KernelError `no-interface`, `bad-interface` */
  static async find(governed: readonly GovernedInterface[], log: Log): Promise<InterfaceSite> {
    const names = governed.map(({ name }) => name);
    const interfaces = await readInterfaces(names);
    const missing = names.filter((one) => !interfaces.some((found) => found.name === one));
    if (missing.length === 0) return new InterfaceSite(governed, interfaces, log);
    throw new KernelError(
      'no-interface',
      `There is no interface ${missing.join(', ')} in this network namespace. See: ip link`,
    );
  }

  attach(gateway: Gateway): void {
    for (const { ifindex } of this.#interfaces) gateway.attach(ifindex);
  }

  missing(gateway: Gateway): readonly string[] {
    const gone = this.#interfaces.filter(({ ifindex }) => !gateway.isAttached(ifindex));
    return gone.map(({ name }) => `interface ${name}`);
  }

  /** An interface that comes back gets its programs again; routes say who lives behind which. */
  async follow(gateway: Gateway): Promise<void> {
    const now = await readInterfaces(this.names);
    for (const { name, ifindex } of now) {
      if (gateway.isAttached(ifindex)) continue;
      gateway.attach(ifindex);
      const message = `programs put back on interface ${name}`;
      this.#log('warn', { event: 'reattached', interface: name, message });
    }
    for (const { name } of this.#interfaces) {
      if (now.some((one) => one.name === name)) continue;
      const message = `interface ${name} is gone`;
      this.#log('warn', { event: 'interface-gone', interface: name, message });
    }
    this.#interfaces = now;
  }

  bindings(): readonly Binding[] {
    const stated = (name: string) => this.#governed.find((one) => one.name === name)?.holds;
    const here = this.#interfaces.map((one) => ({ ...one, holds: stated(one.name) }));
    return bindingsOf(here, this.names.length === 1);
  }

  nameOf(ifindex: number): string | undefined {
    return this.#interfaces.find((one) => one.ifindex === ifindex)?.name;
  }

  /** Every rule that the data plane can hold. */
  check(): void {}
}
