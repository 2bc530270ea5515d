import { closeSync } from 'node:fs';
import type { Address } from '../../src/policy/index.ts';
import type { ProgramObject } from '../kernel/index.ts';
import { createMap, runSystemCall } from '../kernel/index.ts';
import type { AgentTables, LoweredRules } from '../lower/index.ts';
import { AgentStore, type NumberedAgent } from './agent-store.ts';
import { rulesDigest } from './rule-entries.ts';
import { RuleStore, type Ruleset } from './rule-store.ts';
import { SourceStore } from './source-store.ts';
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

/**
 * The rules in the maps. New rules are written beside those in force, one store changes over to them, and the old
 * ones go when no packet can still read them. A failure on the way leaves what is in force untouched.
 */
export class RuleTables {
  readonly #object: ProgramObject;
  readonly #store: RuleStore;
  readonly #sources: SourceStore;
  readonly #agents: AgentStore;
  #rulesets = new Map<string, Ruleset>();
  #generation: bigint;
  /** Entries of an earlier process, or of a removal that failed, are still about. */
  #untidy: boolean;
  /** Packets may still be judged by the generation before, whose slot comes next. */
  #unsettled: boolean;

  constructor(object: ProgramObject, sizes: { readonly clauses: number }) {
    this.#object = object;
    this.#store = new RuleStore(object, sizes.clauses);
    this.#sources = new SourceStore(object.maps);
    this.#agents = new AgentStore(object.maps);
    this.#generation = object.maps.sp_state.get(0)?.generation ?? 0n;
    this.#untidy = this.#generation !== 0n;
    this.#unsettled = this.#untidy;
    if (this.#untidy) this.#store.adopt(this.#agents.adopt(this.#slotInForce));
    this.keepTime(Date.now());
  }

  get generation(): bigint {
    return this.#generation;
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

  /** Only when windows open and close around an instant: the clock stays what it is. */
  lookAhead(at: number): void {
    this.#store.windows.moveTo(at);
  }

  /**
   * @param workloads registered ones; see {@link heededWorkloads}
   * @throws TableFullError, KernelError; what was in force stays in force
   */
  async apply(
    { agents }: LoweredRules,
    bindings: readonly Binding[],
    workloads: readonly Workload[] = [],
  ): Promise<Applied> {
    await this.#settle();
    const before = this.#rulesets;
    const next = new Map<string, Ruleset>();
    let written = 0;
    try {
      const numbers = this.#agents.number(agents.map(({ name }) => name));
      const number = (name: string) => numbers.get(name);
      const hold = (rules: AgentTables): Ruleset => {
        const digest = rulesDigest(rules, number);
        let ruleset = next.get(digest) ?? before.get(digest);
        if (!ruleset) {
          ruleset = this.#store.write(digest, rules, number);
          written++;
        }
        next.set(digest, ruleset);
        return ruleset;
      };
      const numbered = agents.map((agent) => ({
        ...agent,
        id: numbers.get(agent.name) as number,
        rulesetId: hold(agent.rules).id,
        ingressId: agent.ingress ? hold(agent.ingress).id : 0,
      }));
      this.#writeSlot(this.#generation + 1n, numbered, bindings, workloads);
      this.#commit(this.#generation + 1n);
    } catch (error) {
      for (const [digest, ruleset] of next) if (!before.has(digest)) this.#store.remove(ruleset);
      throw error;
    }
    this.#rulesets = next;
    const leftover = await this.#tidy(before);
    return { generation: this.#generation, written, rulesets: next.size, leftover };
  }

  /** Others have written who is who: the next rules replace whatever they find. */
  distrustSources(): void {
    this.#sources.distrust();
  }

  /**
   * Workloads come, change or go, all at once, without new rules: every flow meets it on its next packet.
   * Not while {@link apply} is at work.
   * @throws KernelError where the kernel has no room; all is as it was then
   */
  changeWorkloads(changes: readonly WorkloadChange[]): bigint {
    const slot = this.#slotInForce;
    changeWorkloads(this.#sources, slot, changes, () => this.#renew());
    return this.#generation;
  }

  /** Moves the end of what is registered of addresses, also by an earlier process. */
  prolongLeases(addresses: readonly Address[], lease: bigint): void {
    for (const address of addresses) this.#sources.prolong(this.#slotInForce, address, lease);
  }

  /** The new rules are in force: what goes wrong from here on leaves entries that nothing reads, no more. */
  async #tidy(before: ReadonlyMap<string, Ruleset>): Promise<string | null> {
    try {
      await this.#settle();
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

  /** Who is who and has which rules, in the slot that is not in force. */
  #writeSlot(
    generation: bigint,
    numbered: readonly NumberedAgent[],
    bindings: readonly Binding[],
    workloads: readonly Workload[],
  ): void {
    const slot = slotOf(generation);
    this.#agents.write(slot, numbered, this.#untidy);
    const agents = numbered.map(({ id, name, isRemote, sources, isOpen, principals }) => {
      return { id, name, isRemote, sources, isOpen, principals };
    });
    this.#sources.write(slot, agents, bindings, workloads);
  }

  #commit(generation: bigint): void {
    const argument = Buffer.alloc(8);
    argument.writeBigUInt64LE(generation);
    runSystemCall(this.#object.programs.sp_commit, argument);
    this.#generation = generation;
    this.#unsettled = true;
  }

  /** The same rules, of which every flow is judged anew: the next number of the same slot. */
  #renew(): void {
    const unsettled = this.#unsettled;
    this.#commit(this.#generation + 2n);
    this.#unsettled = unsettled;
  }

  get #slotInForce(): 0 | 1 {
    return slotOf(this.#generation);
  }

  /** Waits until no packet is judged by any generation but the one in force. */
  async #settle(): Promise<void> {
    if (!this.#unsettled) return;
    const inner = createMap('array', 'sp_grace_inner', 4, 4, 1);
    try {
      await this.#object.maps.sp_grace.replaceInner(0, inner);
    } finally {
      closeSync(inner);
    }
    this.#unsettled = false;
  }
}

function slotOf(generation: bigint): 0 | 1 {
  return generation & 1n ? 1 : 0;
}
