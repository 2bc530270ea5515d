import type { Address } from '../../src/policy/index.ts';
import { type Pause, type ProgramObject, runSystemCall } from '../kernel/index.ts';
import { constants } from '../layout/index.ts';
import type { LoweredRules, TablesSource } from '../lower/index.ts';
import { AgentNumbers } from './agent-numbers.ts';
import type { BudgetStore } from './budget-store.ts';
import { generationAfter } from './generation.ts';
import { waitForPackets } from './grace.ts';
import { InheritedLeases } from './inherited-leases.ts';
import { LiveSources } from './live-sources.ts';
import { type ReadBack, readBack } from './read-back.ts';
import type { RouteStore, Ways } from './route-store.ts';
import { RuleStore, type Ruleset } from './rule-store.ts';
import { Slot } from './slot.ts';
import type { Binding } from './sources.ts';
import { nanoseconds } from './wire.ts';
import { changeWorkloads, type WorkloadChange } from './workload-change.ts';
import type { Workload } from './workloads.ts';

export interface Applied {
  readonly generation: bigint;
  /** Rulesets that had to be written, out of all. */
  readonly written: number;
  readonly rulesets: number;
  /** Why old entries could not be removed, which changes no verdict; `null` where they were. */
  readonly leftover: string | null;
}

const { MAX_AGENTS } = constants;

/**
 * The rules in the maps. New rules are written beside those in force, one store changes over to them, and the old
 * ones go when no packet can still read them. A failure on the way leaves what is in force untouched.
 */
export class RuleTables {
  readonly #object: ProgramObject;
  readonly #store: RuleStore;
  readonly #agents: AgentNumbers;
  #rulesets = new Map<string, Ruleset>();
  #generation: bigint;
  /** Entries of an earlier process, or of a removal that failed, are still about. */
  #untidy: boolean;
  /** Who is who in the slot in force; undefined while another process has written it. */
  #slot: Slot | undefined;
  #inherited: InheritedLeases | undefined;
  /** Packets may still be judged by the generation before, whose slot comes next. */
  #unsettled: boolean;

  constructor(object: ProgramObject, sizes: { readonly clauses: number }) {
    this.#object = object;
    this.#store = new RuleStore(object, sizes.clauses);
    this.#agents = new AgentNumbers(object.maps);
    this.#generation = object.maps.sp_state.get(0)?.generation ?? 0n;
    this.#untidy = this.#generation !== 0n;
    this.#unsettled = this.#untidy;
    const slot = Number(this.#generation & 1n);
    if (this.#untidy) this.#store.adopt(this.#agents.adopt(slot), slot);
    this.keepTime(Date.now());
  }

  get generation(): bigint {
    return this.#generation;
  }

  get budgets(): BudgetStore {
    return this.#store.budgets;
  }

  get routes(): RouteStore {
    return this.#store.routes;
  }

  /**
   * Tells the kernel the time, and when windows open and close in the days to come. To be called every few seconds;
   * left alone, windows are known for eight days, and then closed to allows and open to denies.
   * @param at milliseconds since 1970, UTC
   */
  keepTime(at: number): void {
    const clock = Buffer.alloc(8);
    clock.writeBigUInt64LE(nanoseconds(at));
    runSystemCall(this.#object.programs.sp_set_clock, clock);
    this.lookAhead(at);
  }

  /**
   * Reads back what this process has put in force. Nothing may be applied meanwhile. Undefined where it was abandoned,
   * and before the first rules of this process.
   * @throws KernelError
   */
  async readBack(pause: Pause): Promise<ReadBack | undefined> {
    if (!this.#slot) return undefined;
    const rules = this.#store.expected(this.#rulesets.values(), this.#untidy);
    const limits = this.#store.expectedBudgets(this.#slot);
    return readBack([...this.#slot.expected(this.#object.maps), limits, ...rules], pause);
  }

  /**
   * The same rules under a new generation, which no packet knows yet: every flow is judged anew, also those that a
   * foreign change has let through.
   */
  async renew(): Promise<bigint> {
    await this.#settle();
    const seen = this.#object.maps.sp_state.get(0)?.generation ?? 0n;
    const generation = generationAfter(this.#generation, seen);
    const slot = this.#slot?.under(generation);
    if (!slot) throw new Error('This process has no rules in force that could be renewed.');
    this.#writeSlot(slot);
    this.#commit(generation);
    this.#slot = slot;
    await this.#settle();
    return generation;
  }

  /** Windows only: the clock stays what it is. */
  lookAhead(at: number): void {
    this.#store.windows.moveTo(at);
  }

  /**
   * @param workloads registered ones; see {@link heededWorkloads}
   * @param ways out that are there, of those that the rules name
   * @throws LoweringError, TableFullError, KernelError; what was in force stays in force
   */
  async apply(
    { agents, routes }: LoweredRules,
    bindings: readonly Binding[],
    workloads: readonly Workload[] = [],
    ways: Ways = new Map(),
  ): Promise<Applied> {
    await this.#settle();
    const before = this.#rulesets;
    const next = new Map<string, Ruleset>();
    let written = 0;
    try {
      this.budgets.hold(
        agents.flatMap(({ budgets }) => budgets),
        Date.now(),
      );
      this.#store.routes.hold(routes, ways);
      const numbers = this.#agents.of(agents.map(({ name }) => name));
      const number = (name: string) => numbers.get(name);
      const hold = ({ key, agents: named, tables }: TablesSource): Ruleset => {
        const digest = [key, ...named.map((name) => number(name) ?? '')].join(' ');
        let ruleset = next.get(digest) ?? before.get(digest);
        if (!ruleset) {
          ruleset = this.#store.write(digest, tables(), number);
          written++;
        }
        next.set(digest, ruleset);
        return ruleset;
      };
      const numbered = agents.map(({ rules, ingress, ...agent }) => ({
        ...agent,
        id: numbers.get(agent.name) as number,
        rulesetId: hold(rules).id,
        ingressId: ingress ? hold(ingress).id : 0,
      }));
      const slot = new Slot(this.#generation + 1n, numbered, bindings, workloads);
      this.#writeSlot(slot);
      this.#commit(this.#generation + 1n);
      this.#slot = slot;
    } catch (error) {
      for (const [digest, ruleset] of next) if (!before.has(digest)) this.#store.remove(ruleset);
      throw error;
    }
    this.#rulesets = next;
    const leftover = await this.#tidy(before, routes);
    return { generation: this.#generation, written, rulesets: next.size, leftover };
  }

  /**
   * Workloads come, change or go, all at once, without new rules: every flow meets it on its next packet. Not while
   * rules are applied, renewed or read back, nor before the first {@link apply} of this process.
   * @throws KernelError where the kernel has no room; all is as it was then
   */
  changeWorkloads(changes: readonly WorkloadChange[]): bigint {
    const slot = this.#slot;
    if (!slot) throw new Error('This process has no rules in force that workloads could be of.');
    changeWorkloads(new LiveSources(this.#object.maps, slot), changes, () => this.#recount(slot));
    return this.#generation;
  }

  /** Moves the end of what is registered of addresses, also of what an earlier process has written. */
  prolongLeases(addresses: readonly Address[], lease: bigint): void {
    const { maps } = this.#object;
    const leases = this.#slot ? new LiveSources(maps, this.#slot) : this.#inheritedLeases();
    for (const address of addresses) leases.prolong(address, lease);
  }

  #inheritedLeases(): InheritedLeases {
    const slot = Number(this.#generation & 1n);
    this.#inherited ??= new InheritedLeases(this.#object.maps, slot);
    return this.#inherited;
  }

  /** The same rules, of which every flow is judged anew: a later number of the same slot. */
  #recount(slot: Slot): void {
    const unsettled = this.#unsettled;
    this.#commit(this.#generation + 2n);
    slot.renumber(this.#generation);
    this.#unsettled = unsettled;
  }

  /** The new rules are in force: what goes wrong from here on leaves entries that nothing reads, no more. */
  async #tidy(
    before: ReadonlyMap<string, Ruleset>,
    routes: LoweredRules['routes'],
  ): Promise<string | null> {
    try {
      await this.#settle();
      this.budgets.keepOnly(this.#slot?.budgets ?? [], Date.now());
      this.#store.routes.keepOnly(routes);
      for (const [digest, ruleset] of before) {
        if (!this.#rulesets.has(digest)) this.#store.remove(ruleset);
      }
      if (this.#untidy) this.#store.sweep(this.#rulesets.values());
      this.#untidy = false;
      return null;
    } catch (error) {
      this.#untidy = true;
      return (error as Error).message;
    }
  }

  /** In the place of the generation before the one in force. */
  #writeSlot(slot: Slot): void {
    const { sp_sources, sp_agents } = this.#object.maps;
    sp_sources.deleteAll([...sp_sources.keys()].filter((key) => key.slot === slot.number));
    // An earlier process may have left agents in this slot whom this one has never heard of.
    sp_agents.setAll([...slot.agents(this.#untidy ? MAX_AGENTS - 1 : this.#agents.highest)]);
    sp_sources.setAll(slot.sources());
    this.#store.writeBudgets(slot);
  }

  #commit(generation: bigint): void {
    const argument = Buffer.alloc(8);
    argument.writeBigUInt64LE(generation);
    runSystemCall(this.#object.programs.sp_commit, argument);
    this.#generation = generation;
    this.#unsettled = true;
  }

  /** Waits until no packet is judged by any generation but the one in force. */
  async #settle(): Promise<void> {
    if (!this.#unsettled) return;
    await waitForPackets(this.#object.maps);
    this.#unsettled = false;
  }
}
