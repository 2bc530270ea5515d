import { setImmediate } from 'node:timers/promises';
import { type RuleSet, ruleSetDigest } from '../../src/rules/index.ts';
import type { Pause } from '../kernel/index.ts';
import { routesOf } from '../lower/index.ts';
import type { ReadBack, Ways } from '../tables/index.ts';
import type { WorkloadRegistry } from '../workloads/index.ts';
import { type Drift, driftOf, type Finding } from './drift.ts';
import { Gateway } from './gateway.ts';
import type { Log } from './log.ts';
import type { Origin, RuleUpdate } from './policy-source.ts';
import type { Site } from './site.ts';
import { madeMarks, WaysOut } from './ways-out.ts';

export interface InForce {
  readonly generation: bigint;
  readonly digest: string;
  readonly ruleSet: RuleSet;
  readonly origin: Origin;
  /** From the beginning of work on the rules to the packet that they judge first. */
  readonly ms: number;
}

/** Keeps the programs in their place and the last good rules in force, one change after the other. */
export class Enforcement {
  readonly gateway: Gateway;
  readonly site: Site;
  /** What has registered; set before the first rules, where workloads can. */
  workloads: WorkloadRegistry | undefined;
  readonly #log: Log;
  #update: RuleUpdate | undefined;
  /** Rules and bindings in force, as text: applying the same again would only renew the generation. */
  #state = '';
  /** Undefined where packets have their way already when they are judged. */
  readonly #ways: WaysOut | undefined;
  /** Ways out that are not there, as text. */
  #closed = '';
  #queue: Promise<unknown> = Promise.resolve();
  #looking: Promise<void> = Promise.resolve();
  #waiting = 0;
  #inForce: InForce | undefined;

  private constructor(gateway: Gateway, site: Site, log: Log, ways: WaysOut | undefined) {
    this.#ways = ways;
    this.gateway = gateway;
    this.site = site;
    this.#log = log;
  }

  /**
   * From the return of this call on, every packet of the site is judged: by the rules that were in force, or refused
   * until there are some.
   * @throws KernelError for what the machine refuses
   */
  static begin(name: string, site: Site, log: Log): Enforcement {
    const gateway = Gateway.open(name, { leaveOut: site.leavesOut, flows: site.flows });
    const ways = site.forwards ? new WaysOut(name, madeMarks(gateway.maps)) : undefined;
    const enforcement = new Enforcement(gateway, site, log, ways);
    enforcement.#attach();
    return enforcement;
  }

  /**
   * Puts rules in force. Undefined where they are in force already.
   * @throws LoweringError, TableFullError, KernelError; what was in force stays
   */
  apply(update: RuleUpdate): Promise<InForce | undefined> {
    return this.inTurn(async () => {
      const inForce = await this.#apply(update);
      this.#update = update;
      return inForce;
    });
  }

  /** The site may have changed. @returns what is in force, where rules had to be bound anew */
  follow(): Promise<InForce | undefined> {
    // Not in turn: it waits for other programs, and workloads that register must not.
    this.#looking = this.site.follow(this.gateway);
    return this.#looking.then(() =>
      this.inTurn(
        async () => this.#update && this.#apply({ ...this.#update, startedAt: performance.now() }),
      ),
    );
  }

  /** What this process has put in force last. */
  get inForce(): InForce | undefined {
    return this.#inForce;
  }

  /**
   * Compares what is in force with what was put there. Undefined where it gave way to something that waits.
   * @param isPatient not to give way
   * @throws KernelError
   */
  check({
    repair,
    isPatient,
  }: {
    repair: boolean;
    isPatient: boolean;
  }): Promise<Drift | undefined> {
    const pause: Pause = async () => {
      await setImmediate();
      return isPatient || this.#waiting === 0;
    };
    return this.inTurn(() => this.#check(repair, pause));
  }

  /** Lets go of the kernel. What is in force stays. */
  async end(): Promise<void> {
    await this.#looking.catch(() => undefined);
    await this.#queue;
    this.gateway.close();
  }

  async #apply(update: RuleUpdate): Promise<InForce | undefined> {
    const { ruleSet, origin, startedAt } = update;
    this.site.check(ruleSet);
    const digest = ruleSetDigest(ruleSet);
    const bindings = this.site.bindings();
    const ways = await this.#keepWays(update);
    const state = `${digest} ${JSON.stringify(origin)} ${JSON.stringify(bindings, bigIntText)}`;
    if (state === this.#state) {
      this.gateway.setWays(ways);
      return undefined;
    }
    const isChangingOver = this.gateway.awaitsRules;
    const { generation, leftover } = await this.gateway.apply(update, bindings, {
      ways,
      workloads: this.workloads?.matched(ruleSet) ?? [],
    });
    this.workloads?.adopt(ruleSet, generation);
    if (isChangingOver) this.#attach();
    this.#state = state;
    const ms = Math.round((performance.now() - startedAt) * 10) / 10;
    await this.#ways?.removeOthers(ways);
    if (leftover !== null) {
      const message = `old rules were not all removed (no verdict depends on them): ${leftover}`;
      this.#log('warn', { event: 'leftover', message });
    }
    this.#inForce = { generation, digest, ruleSet, origin, ms };
    return this.#inForce;
  }

  /** Programs first, then what another version has left: no moment is open. */
  #attach(): void {
    this.site.attach(this.gateway);
    if (this.gateway.awaitsRules) return;
    const others = this.gateway.finishChangeOver();
    if (others.length === 0) return;
    const message = `changed over from layout ${others.join(', ')}; connections begin anew`;
    this.#log('info', { event: 'changed-over', from: others, message });
  }

  async #check(repair: boolean, pause: Pause): Promise<Drift | undefined> {
    const startedAt = performance.now();
    const { gateway, site } = this;
    const gone = 'gone or replaced';
    const findings: Finding[] = [
      ...site.missing(gateway).map((where) => ({ what: 'program', change: gone, where }) as const),
      ...gateway.foreignPins().map((where) => ({ what: 'pin', change: gone, where }) as const),
    ];
    const maps = await gateway.readBack(pause);
    if (this.#inForce && !maps) return undefined;
    for (const change of maps?.changes ?? []) findings.push({ what: 'entry', ...change });
    if (repair && findings.length > 0) {
      await site.follow(gateway);
      gateway.restorePins();
      if (maps && maps.changes.length > 0) await this.#restore(maps);
    }
    return driftOf(findings, {
      generation: Number(gateway.generation),
      entries: maps?.entries ?? 0,
      ms: Math.round((performance.now() - startedAt) * 10) / 10,
      repaired: repair,
    });
  }

  async #restore(maps: ReadBack): Promise<void> {
    maps.restore();
    const generation = await this.gateway.renew();
    if (this.#inForce) this.#inForce = { ...this.#inForce, generation };
  }

  /** Ways out that there are; what is missing is told when that changes. */
  async #keepWays({ ruleSet, group }: RuleUpdate): Promise<Ways> {
    const routes = routesOf(ruleSet, group);
    const ways = (await this.#ways?.keep(routes)) ?? new Map();
    const isOpen = (key: string) => (ways.get(key)?.families.length ?? 0) > 0;
    const closed = routes.filter(({ key }) => !isOpen(key)).map(({ key }) => key);
    const text = closed.join(', ');
    if (text !== this.#closed) {
      this.#closed = text;
      const message =
        closed.length > 0
          ? `no way out by ${text}: what clauses send there is refused`
          : 'every way out that clauses name is there';
      this.#log(closed.length > 0 ? 'warn' : 'info', { event: 'routes', closed, message });
    }
    return ways;
  }

  /** Runs work while no rules are being applied. */
  inTurn<T>(work: () => T | Promise<T>): Promise<T> {
    this.#waiting++;
    const result = this.#queue.then(() => {
      this.#waiting--;
      return work();
    });
    this.#queue = result.catch(() => undefined);
    return result;
  }
}

function bigIntText(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}
