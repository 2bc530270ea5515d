import type { Maps, PackedEntries, ProgramObject } from '../kernel/index.ts';
import { constants, structs } from '../layout/index.ts';
import type { AgentTables, Candidate, CandidateList } from '../lower/index.ts';
import { BudgetStore } from './budget-store.ts';
import { ClauseStore } from './clause-store.ts';
import { ConditionStore } from './condition-store.ts';
import { type ExpectedMap, expectedRules } from './expected-rules.ts';
import { type ListKey, ListStore } from './list-store.ts';
import { NumberPool } from './number-pool.ts';
import { RouteStore } from './route-store.ts';
import {
  type AgentNumbers,
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
  readonly lists: ReadonlySet<ListKey>;
  readonly clauses: ReadonlySet<string>;
}

const { MAX_RULESETS } = constants;
const none: PackedEntries = { keys: Buffer.alloc(0), values: Buffer.alloc(0), count: 0 };
const nothing: RuleEntries = {
  ruleset: structs.ruleset.decode(Buffer.alloc(structs.ruleset.size)),
  prefixes: none,
  peers: none,
  suffixes: none,
  nameRules: none,
  trust: none,
};

/**
 * Writes rulesets beside each other and removes them again. Nothing here changes a verdict: which ruleset an agent
 * has is said elsewhere.
 */
export class RuleStore {
  readonly #maps: Maps;
  readonly #ids = new NumberPool('rulesets', 1, MAX_RULESETS);
  readonly #lists: ListStore;
  readonly #conditions: ConditionStore;
  readonly windows: WindowStore;
  readonly budgets: BudgetStore;
  readonly routes: RouteStore;
  readonly clauses: ClauseStore;
  #nextNameRule = 1;

  /** @param clauses how many the counters have room for */
  constructor(object: ProgramObject, clauses: number) {
    const { maps } = object;
    this.#maps = maps;
    this.windows = new WindowStore(object, Date.now());
    this.budgets = new BudgetStore(maps);
    this.routes = new RouteStore(maps);
    this.#conditions = new ConditionStore(maps, this.windows);
    this.#lists = new ListStore(maps, this.#conditions);
    this.clauses = new ClauseStore(maps, clauses);
    maps.sp_trust.setAll(specialUseEntries());
  }

  /** @throws TableFullError, KernelError; nothing of it is left then */
  write(digest: string, rules: AgentTables, agent: AgentNumbers): Ruleset {
    const lists = new Set<ListKey>();
    const clauses = new Set<string>();
    const clause = (text: string | null) => (text === null ? 0 : this.clauses.hold(text, clauses));
    const numbers = { clause, budget: this.#budget, route: this.#route };
    const listed = (candidates: CandidateList) => this.#lists.hold(candidates, lists, numbers);
    const list = (candidates: CandidateList) => listed(candidates).list;
    const nameRule = () => this.#nextNameRule++;
    const id = this.#ids.take(digest);
    let entries = nothing;
    try {
      entries = ruleEntries(id, rules, { clause, list, listed, nameRule, agent }, this.#maps);
      this.clauses.write();
      this.#lists.write();
      this.#maps.sp_name_rules.setPacked(entries.nameRules);
      this.#maps.sp_rulesets.set(id, entries.ruleset);
      this.#maps.sp_prefixes.setPacked(entries.prefixes);
      this.#maps.sp_peers.setPacked(entries.peers);
      this.#maps.sp_suffixes.setPacked(entries.suffixes);
      this.#maps.sp_trust.setPacked(entries.trust);
      return { id, digest, entries, lists, clauses };
    } catch (error) {
      this.remove({ id, digest, entries, lists, clauses });
      throw error;
    }
  }

  /** Only once no packet can read it any more. */
  remove({ digest, entries, lists, clauses }: Ruleset): void {
    this.#maps.sp_prefixes.deletePacked(entries.prefixes);
    this.#maps.sp_peers.deletePacked(entries.peers);
    this.#maps.sp_suffixes.deletePacked(entries.suffixes);
    this.#maps.sp_name_rules.deletePacked(entries.nameRules);
    this.#maps.sp_trust.deletePacked(entries.trust);
    for (const key of lists) this.#lists.release(key);
    for (const text of clauses) this.clauses.release(text);
    this.#ids.release(digest);
  }

  /** What the maps must hold while these are in force. */
  expected(inForce: Iterable<Ruleset>, hasLeftovers: boolean): ExpectedMap[] {
    const rules = expectedRules(this.#maps, {
      rulesets: [...inForce],
      blocks: this.#lists.expected(),
      clauses: this.clauses.expected(),
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
      this.#lists.adopt(block);
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
    const blocks = this.#lists.numbers();
    const stale = <K extends { ruleset: number }>(keys: Iterable<K>) =>
      [...keys].filter(({ ruleset }) => !ids.has(ruleset));
    maps.sp_prefixes.deleteAll(stale(maps.sp_prefixes.keys()));
    maps.sp_peers.deleteAll(stale(maps.sp_peers.keys()));
    maps.sp_suffixes.deleteAll(stale(maps.sp_suffixes.keys()));
    maps.sp_trust.deleteAll(stale(maps.sp_trust.keys()));
    const nameRules = new Set(rulesets.flatMap(({ entries }) => keysOf(entries.nameRules)));
    maps.sp_name_rules.deleteAll([...maps.sp_name_rules.keys()].filter((n) => !nameRules.has(n)));
    maps.sp_blocks.deleteAll([...maps.sp_blocks.keys()].filter((id) => !blocks.has(id)));
  }

  #budget = ({ clause, budget: per }: Candidate): number =>
    clause !== null && per !== null ? this.budgets.number({ clause, per }) : 0;

  #route = ({ route }: Candidate): number => (route === null ? 0 : this.routes.number(route));
}

function keysOf({ keys, count }: PackedEntries): number[] {
  return Array.from({ length: count }, (_, i) => keys.readUInt32LE(4 * i));
}
