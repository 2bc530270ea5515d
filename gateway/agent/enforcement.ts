import { type RuleSet, ruleSetDigest } from '../../src/rules/index.ts';
import { KernelError } from '../kernel/index.ts';
import { Gateway } from './gateway.ts';
import { bindingsOf, type Interface, readInterfaces } from './interfaces.ts';
import type { Log } from './log.ts';
import type { Origin, RuleUpdate } from './policy-source.ts';

export interface InForce {
  readonly generation: bigint;
  readonly digest: string;
  readonly ruleSet: RuleSet;
  readonly origin: Origin;
  /** From the beginning of work on the rules to the packet that they judge first. */
  readonly ms: number;
}

/** Keeps the programs on the interfaces and the last good rules in force, one change after the other. */
export class Enforcement {
  readonly gateway: Gateway;
  readonly #names: readonly string[];
  readonly #log: Log;
  #interfaces: readonly Interface[];
  #update: RuleUpdate | undefined;
  /** Rules and bindings in force, as text: applying the same again would only renew the generation. */
  #state = '';
  #queue: Promise<unknown> = Promise.resolve();

  private constructor(gateway: Gateway, interfaces: readonly Interface[], log: Log) {
    this.gateway = gateway;
    this.#names = interfaces.map(({ name }) => name);
    this.#interfaces = interfaces;
    this.#log = log;
  }

  /**
   * From the return of this call on, every packet of the interfaces is judged: by the rules that were in force, or
   * refused until there are some.
   * @throws KernelError for what the machine refuses
   */
  static async begin(name: string, names: readonly string[], log: Log): Promise<Enforcement> {
    const interfaces = await readInterfaces(names);
    const missing = names.filter((one) => !interfaces.some((found) => found.name === one));
    if (missing.length > 0) {
      throw new KernelError(
        'no-interface',
        `There is no interface ${missing.join(', ')} in this network namespace. See: ip link`,
      );
    }
    const gateway = Gateway.open(name);
    for (const { ifindex } of interfaces) gateway.attach(ifindex);
    return new Enforcement(gateway, interfaces, log);
  }

  get interfaces(): readonly string[] {
    return this.#names;
  }

  interfaceName = (ifindex: number): string | undefined =>
    this.#interfaces.find((one) => one.ifindex === ifindex)?.name;

  /**
   * Puts rules in force. Undefined where they are in force already.
   * @throws LoweringError, TableFullError, KernelError; what was in force stays
   */
  apply(update: RuleUpdate): Promise<InForce | undefined> {
    return this.#inTurn(async () => {
      const inForce = await this.#apply(update);
      this.#update = update;
      return inForce;
    });
  }

  /** An interface that comes back gets its programs again; routes say who lives behind which. */
  follow(): Promise<InForce | undefined> {
    return this.#inTurn(async () => {
      const now = await readInterfaces(this.#names);
      for (const { name, ifindex } of now) {
        if (this.gateway.isAttached(ifindex)) continue;
        this.gateway.attach(ifindex);
        const message = `programs put back on interface ${name}`;
        this.#log('warn', { event: 'reattached', interface: name, message });
      }
      for (const { name } of this.#interfaces) {
        if (now.some((one) => one.name === name)) continue;
        const message = `interface ${name} is gone`;
        this.#log('warn', { event: 'interface-gone', interface: name, message });
      }
      this.#interfaces = now;
      return this.#update && this.#apply({ ...this.#update, startedAt: performance.now() });
    });
  }

  /** Lets go of the kernel. What is in force stays. */
  async end(): Promise<void> {
    await this.#queue;
    this.gateway.close();
  }

  async #apply({ ruleSet, origin, startedAt }: RuleUpdate): Promise<InForce | undefined> {
    const digest = ruleSetDigest(ruleSet);
    const bindings = bindingsOf(this.#interfaces, this.#names.length === 1);
    const state = `${digest} ${JSON.stringify(origin)} ${JSON.stringify(bindings, bigIntText)}`;
    if (state === this.#state) return undefined;
    const { generation, leftover } = await this.gateway.apply(
      ruleSet,
      bindings,
      origin.sequence ?? 0,
    );
    this.#state = state;
    const ms = Math.round((performance.now() - startedAt) * 10) / 10;
    if (leftover !== null) {
      const message = `old rules were not all removed (no verdict depends on them): ${leftover}`;
      this.#log('warn', { event: 'leftover', message });
    }
    return { generation, digest, ruleSet, origin, ms };
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(work);
    this.#queue = result.catch(() => undefined);
    return result;
  }
}

function bigIntText(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}
