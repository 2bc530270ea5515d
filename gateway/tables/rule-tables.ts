import { closeSync } from 'node:fs';
import type { ProgramObject } from '../kernel/index.ts';
import { createMap, runSystemCall } from '../kernel/index.ts';
import { constants, structs } from '../layout/index.ts';
import {
  type AgentTables,
  type CandidateList,
  type LoweredAgent,
  type LoweredRules,
  listKey,
} from '../lower/index.ts';
import { NumberPool, TableFullError } from './number-pool.ts';
import {
  blockEntries,
  type RuleEntries,
  ruleEntries,
  rulesDigest,
  specialUseEntries,
} from './rule-entries.ts';
import { type Binding, sourceEntries } from './sources.ts';
import { fixedText, textOf } from './wire.ts';

export interface Applied {
  readonly generation: bigint;
  /** Rulesets that had to be written, out of all. */
  readonly written: number;
  readonly rulesets: number;
  /** Why old entries could not be removed, which changes no verdict; `null` where they were. */
  readonly leftover: string | null;
}

interface Ruleset {
  readonly id: number;
  readonly entries: RuleEntries;
  readonly lists: ReadonlySet<string>;
  readonly clauses: ReadonlySet<string>;
}

interface StoredList {
  readonly ids: readonly number[];
  users: number;
}

const { MAX_AGENTS, MAX_RULESETS, CANDIDATES_PER_BLOCK } = constants;
const nothing: RuleEntries = {
  ruleset: structs.ruleset.decode(Buffer.alloc(structs.ruleset.size)),
  prefixes: [],
  suffixes: [],
  trust: [],
};

/**
 * The rules in the maps. New rules are written beside those in force, one store changes over to them, and the old
 * ones go when no packet can still read them. A failure on the way leaves what is in force untouched.
 */
export class RuleTables {
  readonly #object: ProgramObject;
  readonly #agents = new NumberPool('agents', 1, MAX_AGENTS);
  readonly #clauses: NumberPool;
  readonly #rulesetIds = new NumberPool('rulesets', 1, MAX_RULESETS);
  readonly #lists = new Map<string, StoredList>();
  readonly #clauseUsers = new Map<string, number>();
  #rulesets = new Map<string, Ruleset>();
  #nextBlock = 1;
  #generation: bigint;
  #inherited: boolean;

  constructor(object: ProgramObject, sizes: { readonly clauses: number }) {
    this.#object = object;
    this.#clauses = new NumberPool('clauses', 1, sizes.clauses);
    this.#generation = object.maps.sp_state.get(0)?.generation ?? 0n;
    this.#inherited = this.#generation !== 0n;
    if (this.#inherited) this.#adoptNumbers();
    object.maps.sp_trust.setAll(specialUseEntries());
  }

  get generation(): bigint {
    return this.#generation;
  }

  /** @throws TableFullError, KernelError; what was in force stays in force */
  async apply(lowered: LoweredRules, bindings: readonly Binding[]): Promise<Applied> {
    const before = this.#rulesets;
    const next = new Map<string, Ruleset>();
    let written = 0;
    try {
      const digests = lowered.agents.map(({ rules }) => rulesDigest(rules));
      lowered.agents.forEach(({ rules }, i) => {
        const digest = digests[i] as string;
        if (next.has(digest)) return;
        const known = before.get(digest);
        next.set(digest, known ?? this.#write(digest, rules));
        if (!known) written++;
      });
      const generation = this.#generation + 1n;
      this.#writeSlot(generation, lowered.agents, digests, next, bindings);
      this.#commit(generation);
    } catch (error) {
      for (const [digest, ruleset] of next) if (!before.has(digest)) this.#remove(digest, ruleset);
      throw error;
    }
    this.#rulesets = next;
    const leftover = await this.#tidy(before);
    return { generation: this.#generation, written, rulesets: next.size, leftover };
  }

  /** The new rules are in force: what goes wrong from here on leaves entries that nothing reads, no more. */
  async #tidy(before: ReadonlyMap<string, Ruleset>): Promise<string | null> {
    try {
      await this.#grace();
      for (const [digest, ruleset] of before) {
        if (!this.#rulesets.has(digest)) this.#remove(digest, ruleset);
      }
      if (this.#inherited) this.#sweep();
      return null;
    } catch (error) {
      // The next change sweeps everything that is in no use.
      this.#inherited = true;
      return (error as Error).message;
    }
  }

  #write(digest: string, rules: AgentTables): Ruleset {
    const { maps } = this.#object;
    const lists = new Set<string>();
    const clauses = new Set<string>();
    const clause = (text: string | null) => (text === null ? 0 : this.#holdClause(text, clauses));
    const id = this.#rulesetIds.take(digest);
    const ruleset: { -readonly [K in keyof Ruleset]: Ruleset[K] } = {
      id,
      entries: nothing,
      lists,
      clauses,
    };
    try {
      const numbers = {
        clause,
        list: (list: CandidateList) => this.#holdList(list, lists, clause),
      };
      const entries = ruleEntries(id, rules, numbers);
      ruleset.entries = entries;
      maps.sp_rulesets.set(id, entries.ruleset);
      maps.sp_prefixes.setAll(entries.prefixes);
      maps.sp_suffixes.setAll(entries.suffixes);
      maps.sp_trust.setAll(entries.trust);
      return ruleset;
    } catch (error) {
      this.#remove(digest, ruleset);
      throw error;
    }
  }

  #holdClause(text: string, held: Set<string>): number {
    const known = this.#clauses.find(text);
    const number = known ?? this.#clauses.take(text);
    if (known === undefined) {
      this.#object.maps.sp_clauses.set(number, { text: new Uint8Array(fixedText(text, 144)) });
    }
    if (!held.has(text)) {
      held.add(text);
      this.#clauseUsers.set(text, (this.#clauseUsers.get(text) ?? 0) + 1);
    }
    return number;
  }

  #holdList(
    list: CandidateList,
    held: Set<string>,
    clause: (text: string | null) => number,
  ): number {
    if (list.length === 0) return 0;
    for (const { clause: text } of list) clause(text);
    const key = listKey(list);
    let stored = this.#lists.get(key);
    if (!stored) {
      const count = Math.ceil(list.length / CANDIDATES_PER_BLOCK);
      const ids = Array.from({ length: count }, () => this.#nextBlock++);
      this.#object.maps.sp_blocks.setAll(blockEntries(list, ids, clause));
      stored = { ids, users: 0 };
      this.#lists.set(key, stored);
    }
    if (!held.has(key)) {
      held.add(key);
      stored.users++;
    }
    return stored.ids[0] as number;
  }

  #writeSlot(
    generation: bigint,
    agents: readonly LoweredAgent[],
    digests: readonly string[],
    rulesets: ReadonlyMap<string, Ruleset>,
    bindings: readonly Binding[],
  ): void {
    const { maps } = this.#object;
    const slot = Number(generation & 1n);
    for (const key of [...maps.sp_sources.keys()]) {
      if (key.slot === slot) maps.sp_sources.delete(key);
    }
    const names = new Set(agents.map(({ name }) => name));
    const numbered = agents.map((agent) => ({
      ...agent,
      id: this.#agentNumber(agent.name, names),
    }));
    const present = new Map(
      numbered.map((agent, i) => [agent.id, { agent, digest: digests[i] as string }]),
    );
    const highest = Math.max(0, ...[...this.#agents.entries()].map(([, id]) => id));
    const records = Array.from({ length: highest + 1 }, (_, id) => {
      const entry = present.get(id);
      const ruleset = entry && rulesets.get(entry.digest);
      return [slot * MAX_AGENTS + id, agentRecord(entry?.agent, ruleset?.id ?? 0)] as const;
    });
    maps.sp_agents.setAll(records);
    maps.sp_sources.setAll(sourceEntries(slot, numbered, bindings));
  }

  /** A new agent's number has nothing left of an earlier one: no flow, no learned address, no name. */
  #agentNumber(name: string, present: ReadonlySet<string>): number {
    const known = this.#agents.find(name);
    if (known !== undefined) return known;
    if (this.#agents.isExhausted) {
      for (const [other] of [...this.#agents.entries()]) {
        if (!present.has(other)) this.#agents.release(other);
      }
    }
    for (let tries = 0; tries < MAX_AGENTS; tries++) {
      const number = this.#agents.take(name);
      const use = this.#object.maps.sp_agent_use.get(number);
      if (!use || use.flows + use.learned + use.names === 0) return number;
      this.#agents.release(name);
    }
    throw new TableFullError('agents', MAX_AGENTS);
  }

  #commit(generation: bigint): void {
    const argument = Buffer.alloc(8);
    argument.writeBigUInt64LE(generation);
    runSystemCall(this.#object.programs.sp_commit, argument);
    this.#generation = generation;
  }

  async #grace(): Promise<void> {
    const inner = createMap('array', 'sp_grace_inner', 4, 4, 1);
    try {
      await this.#object.maps.sp_grace.replaceInner(0, inner);
    } finally {
      closeSync(inner);
    }
  }

  #remove(digest: string, { entries, lists, clauses }: Ruleset): void {
    const { maps } = this.#object;
    maps.sp_prefixes.deleteAll(entries.prefixes.map(([key]) => key));
    maps.sp_suffixes.deleteAll(entries.suffixes.map(([key]) => key));
    maps.sp_trust.deleteAll(entries.trust.map(([key]) => key));
    for (const key of lists) this.#releaseList(key);
    for (const text of clauses) {
      const users = (this.#clauseUsers.get(text) ?? 1) - 1;
      this.#clauseUsers.set(text, users);
      if (users > 0) continue;
      this.#clauseUsers.delete(text);
      this.#clauses.release(text);
    }
    this.#rulesetIds.release(digest);
  }

  #releaseList(key: string): void {
    const stored = this.#lists.get(key);
    if (!stored || --stored.users > 0) return;
    this.#object.maps.sp_blocks.deleteAll(stored.ids);
    this.#lists.delete(key);
  }

  /** Numbers that an earlier process gave out stay what they are: flows and counters refer to them. */
  #adoptNumbers(): void {
    const { maps } = this.#object;
    const slot = Number(this.#generation & 1n);
    for (const [number, { text }] of maps.sp_clauses.entries())
      this.#clauses.adopt(textOf(text), number);
    for (const block of maps.sp_blocks.keys())
      this.#nextBlock = Math.max(this.#nextBlock, block + 1);
    for (let id = 1; id < MAX_AGENTS; id++) {
      const record = maps.sp_agents.get(slot * MAX_AGENTS + id);
      if (!record || record.name[0] === 0) continue;
      this.#agents.adopt(textOf(record.name), id);
      this.#rulesetIds.skipTo(record.ruleset + 1);
    }
  }

  /** After the first change of rules in an adopted gateway: what the earlier process wrote is in force no more. */
  #sweep(): void {
    const { maps } = this.#object;
    const rulesets = new Set([0, ...[...this.#rulesets.values()].map(({ id }) => id)]);
    const blocks = new Set([...this.#lists.values()].flatMap(({ ids }) => ids));
    const stale = <K extends { ruleset: number }>(keys: Iterable<K>) =>
      [...keys].filter(({ ruleset }) => !rulesets.has(ruleset));
    maps.sp_prefixes.deleteAll(stale(maps.sp_prefixes.keys()));
    maps.sp_suffixes.deleteAll(stale(maps.sp_suffixes.keys()));
    maps.sp_trust.deleteAll(stale(maps.sp_trust.keys()));
    maps.sp_blocks.deleteAll([...maps.sp_blocks.keys()].filter((id) => !blocks.has(id)));
    this.#inherited = false;
  }
}

function agentRecord(agent: LoweredAgent | undefined, ruleset: number) {
  const { AGENT_PRESENT, AGENT_AUDIT } = constants;
  if (!agent) return structs.agent.decode(Buffer.alloc(structs.agent.size));
  return {
    ruleset,
    flags: AGENT_PRESENT | (agent.audit ? AGENT_AUDIT : 0),
    name: new Uint8Array(fixedText(agent.name, 64)),
    version: new Uint8Array(fixedText(agent.version, 64)),
  };
}
