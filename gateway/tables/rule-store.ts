import type { Maps, ProgramObject } from '../kernel/index.ts';
import { constants, structs } from '../layout/index.ts';
import { type AgentTables, type Candidate, type CandidateList, listKey } from '../lower/index.ts';
import { BudgetStore } from './budget-store.ts';
import { ClauseStore } from './clause-store.ts';
import { ConditionStore } from './condition-store.ts';
import { type ExpectedMap, expectedRules } from './expected-rules.ts';
import { NumberPool } from './number-pool.ts';
import { PendingEntries } from './pending-entries.ts';
import { RouteStore } from './route-store.ts';
import {
  type AgentNumbers,
  blockEntries,
  type Listed,
  listedEntry,
  type RuleEntries,
  ruleEntries,
  specialUseEntries,
} from './rule-entries.ts';
import type { Slot } from './slot.ts';
import { WindowStore } from './window-store.ts';

/** Rules in the maps, shared by all agents that have the same. */
export interface Ruleset {
  readonly id: number;
  readonly digest: string;
  readonly entries: RuleEntries;
  readonly lists: ReadonlySet<string>;
  readonly clauses: ReadonlySet<string>;
}

interface StoredList {
  readonly list: CandidateList;
  readonly ids: readonly number[];
  readonly listed: Listed;
  users: number;
}

const { MAX_RULESETS, CANDIDATES_PER_BLOCK } = constants;
const nothing: RuleEntries = {
  ruleset: structs.ruleset.decode(Buffer.alloc(structs.ruleset.size)),
  prefixes: [],
  peers: [],
  suffixes: [],
  nameRules: [],
  trust: [],
};

/**
 * Writes rulesets beside each other and removes them again. Nothing here changes a verdict: which ruleset an agent
 * has is said elsewhere.
 */
export class RuleStore {
  readonly #maps: Maps;
  readonly #ids = new NumberPool('rulesets', 1, MAX_RULESETS);
  readonly #lists = new Map<string, StoredList>();
  readonly #conditions: ConditionStore;
  readonly windows: WindowStore;
  readonly #pending = new PendingEntries();
  readonly budgets: BudgetStore;
  readonly routes: RouteStore;
  readonly clauses: ClauseStore;
  #nextBlock = 1;
  #nextNameRule = 1;

  /** @param clauses how many the counters have room for */
  constructor(object: ProgramObject, clauses: number) {
    const { maps } = object;
    this.#maps = maps;
    this.windows = new WindowStore(object, Date.now());
    this.budgets = new BudgetStore(maps);
    this.routes = new RouteStore(maps);
    this.#conditions = new ConditionStore(maps, this.windows);
    this.clauses = new ClauseStore(maps, clauses, this.#pending);
    maps.sp_trust.setAll(specialUseEntries());
  }

  /** @throws TableFullError, KernelError; nothing of it is left then */
  write(digest: string, rules: AgentTables, agent: AgentNumbers): Ruleset {
    const lists = new Set<string>();
    const clauses = new Set<string>();
    const clause = (text: string | null) => (text === null ? 0 : this.clauses.hold(text, clauses));
    const listed = (candidates: CandidateList) => this.#holdList(candidates, lists, clause);
    const list = (candidates: CandidateList) => listed(candidates).list;
    const nameRule = () => this.#nextNameRule++;
    const id = this.#ids.take(digest);
    let entries = nothing;
    try {
      entries = ruleEntries(id, rules, { clause, list, listed, nameRule, agent });
      this.#pending.write(this.#maps);
      this.#maps.sp_name_rules.setAll(entries.nameRules);
      this.#maps.sp_rulesets.set(id, entries.ruleset);
      this.#maps.sp_prefixes.setAll(entries.prefixes);
      this.#maps.sp_peers.setAll(entries.peers);
      this.#maps.sp_suffixes.setAll(entries.suffixes);
      this.#maps.sp_trust.setAll(entries.trust);
      return { id, digest, entries, lists, clauses };
    } catch (error) {
      this.#pending.forget();
      this.remove({ id, digest, entries, lists, clauses });
      throw error;
    }
  }

  /** Only once no packet can read it any more. */
  remove({ digest, entries, lists, clauses }: Ruleset): void {
    this.#maps.sp_prefixes.deleteAll(entries.prefixes.map(([key]) => key));
    this.#maps.sp_peers.deleteAll(entries.peers.map(([key]) => key));
    this.#maps.sp_suffixes.deleteAll(entries.suffixes.map(([key]) => key));
    this.#maps.sp_name_rules.deleteAll(entries.nameRules.map(([key]) => key));
    this.#maps.sp_trust.deleteAll(entries.trust.map(([key]) => key));
    for (const key of lists) this.#releaseList(key);
    for (const text of clauses) this.clauses.release(text);
    this.#ids.release(digest);
  }

  /** What the maps must hold while these are in force. */
  expected(inForce: Iterable<Ruleset>, hasLeftovers: boolean): ExpectedMap[] {
    const rules = expectedRules(this.#maps, {
      rulesets: [...inForce],
      lists: this.#lists.values(),
      clauses: this.clauses.inForce(),
      clause: this.clauses.numberOf,
      condition: (condition) => this.#conditions.numberOf(condition),
      budget: this.#budget,
      route: this.#route,
      hasLeftovers,
    });
    return [...rules, ...this.#conditions.expected(this.#maps), this.routes.expected()];
  }

  /** Limits for a slot that is not in force. */
  writeBudgets({ number, budgets }: Pick<Slot, 'number' | 'budgets'>): void {
    this.budgets.writeSlot(number, budgets, this.clauses.numberOf);
  }

  /** What the limits of a slot must be while it is in force. */
  expectedBudgets({ number, budgets }: Pick<Slot, 'number' | 'budgets'>): ExpectedMap {
    return this.budgets.expected(number, budgets, this.clauses.numberOf);
  }

  /** Numbers that an earlier process gave out stay what they are: flows and counters refer to them. */
  adopt(rulesetIds: Iterable<number>, slot: number): void {
    const texts = this.clauses.adopt();
    const budgets = new Set<number>();
    for (const [block, { candidates }] of this.#maps.sp_blocks.entries()) {
      this.#nextBlock = Math.max(this.#nextBlock, block + 1);
      this.#conditions.adopt(candidates.map(({ condition }) => condition));
      for (const { budget } of candidates) budgets.add(budget);
      this.routes.adopt(candidates.map(({ route }) => route));
    }
    this.budgets.adopt(slot, budgets, texts);
    for (const number of this.#maps.sp_name_rules.keys()) {
      this.#nextNameRule = Math.max(this.#nextNameRule, number + 1);
    }
    // In place of a digest that nobody knows here.
    for (const id of rulesetIds) this.#ids.adopt(`inherited ${id}`, id);
  }

  /** Removes every entry that belongs to none of these, and takes back the numbers that nothing else has. */
  sweep(inUse: Iterable<Ruleset>): void {
    const maps = this.#maps;
    const rulesets = [...inUse];
    const ids = new Set([0, ...rulesets.map(({ id }) => id)]);
    const digests = new Set(rulesets.map(({ digest }) => digest));
    for (const [digest] of [...this.#ids.entries()]) {
      if (!digests.has(digest)) this.#ids.release(digest);
    }
    this.clauses.sweep();
    this.#conditions.sweep();
    const blocks = new Set([...this.#lists.values()].flatMap((list) => list.ids));
    const stale = <K extends { ruleset: number }>(keys: Iterable<K>) =>
      [...keys].filter(({ ruleset }) => !ids.has(ruleset));
    maps.sp_prefixes.deleteAll(stale(maps.sp_prefixes.keys()));
    maps.sp_peers.deleteAll(stale(maps.sp_peers.keys()));
    maps.sp_suffixes.deleteAll(stale(maps.sp_suffixes.keys()));
    maps.sp_trust.deleteAll(stale(maps.sp_trust.keys()));
    const nameRules = new Set(rulesets.flatMap(({ entries }) => entries.nameRules.map(([n]) => n)));
    maps.sp_name_rules.deleteAll([...maps.sp_name_rules.keys()].filter((n) => !nameRules.has(n)));
    maps.sp_blocks.deleteAll([...maps.sp_blocks.keys()].filter((id) => !blocks.has(id)));
  }

  #holdList(
    list: CandidateList,
    held: Set<string>,
    clause: (text: string | null) => number,
  ): Listed {
    if (list.length === 0) return listedEntry([]);
    const key = listKey(list);
    let stored = this.#lists.get(key);
    if (stored) {
      // What is written already names the clauses of whoever wrote it first: these are the same.
      for (const { clause: text } of list) clause(text);
    } else {
      const count = Math.ceil(list.length / CANDIDATES_PER_BLOCK);
      const ids = Array.from({ length: count }, () => this.#nextBlock++);
      const blocks = this.#blocksOf(list, ids, clause);
      this.#pending.addBlocks(blocks);
      stored = { list, ids, listed: listedEntry(blocks), users: 0 };
      this.#lists.set(key, stored);
    }
    if (!held.has(key)) {
      held.add(key);
      stored.users++;
    }
    return stored.listed;
  }

  /** Holds the conditions of all of them, or of none. */
  #blocksOf(
    list: CandidateList,
    ids: readonly number[],
    clause: (text: string | null) => number,
  ): ReturnType<typeof blockEntries> {
    const held: CandidateList[number]['condition'][] = [];
    try {
      const condition = (one: CandidateList[number]['condition']) => {
        const number = this.#conditions.hold(one);
        held.push(one);
        return number;
      };
      return blockEntries(list, ids, {
        clause,
        condition,
        budget: this.#budget,
        route: this.#route,
      });
    } catch (error) {
      for (const one of held) this.#conditions.release(one);
      throw error;
    }
  }

  #budget = ({ clause, budget: per }: Candidate): number =>
    clause !== null && per !== null ? this.budgets.number({ clause, per }) : 0;

  #route = ({ route }: Candidate): number => (route === null ? 0 : this.routes.number(route));

  #releaseList(key: string): void {
    const stored = this.#lists.get(key);
    if (!stored || --stored.users > 0) return;
    // First: a list of which some blocks are gone must not be found again.
    this.#lists.delete(key);
    this.#maps.sp_blocks.deleteAll(stored.ids);
    for (const { condition } of stored.list) this.#conditions.release(condition);
  }
}
