import type { ClauseBudget } from '../../src/rules/index.ts';
import type { Maps } from '../kernel/index.ts';
import { constants, type Decoded, type structs } from '../layout/index.ts';
import { budgetKey, type LoweredBudget } from '../lower/index.ts';
import type { ExpectedMap } from './expected-rules.ts';
import { NumberPool } from './number-pool.ts';
import { periodOf } from './period.ts';
import { nanoseconds } from './wire.ts';

type Per = ClauseBudget['per'];
type ClauseNumber = (text: string) => number;
type Entry = [number, Decoded<typeof structs.budget>];
const kinds = ['hour', 'day', 'week', 'month'] as const;

/** What was spent of a clause's budget. */
export interface SpentBudget {
  readonly clause: string;
  readonly per: Per;
  /** Bytes of IP. */
  readonly spent: number;
  /** The period in which: milliseconds since 1970, UTC. */
  readonly begins: number;
  readonly ends: number;
}

const { MAX_BUDGETS, PER_HOUR, PER_DAY, PER_WEEK, PER_MONTH } = constants;
const perCodes = { hour: PER_HOUR, day: PER_DAY, week: PER_WEEK, month: PER_MONTH } as const;
/** More than any budget comes to. */
const ALL = Number.MAX_SAFE_INTEGER;

/**
 * Budgets in the maps. The kernel counts; here numbers are given out, and limits written. What was spent stays with the
 * clause and the kind of period: through changes of rules, while the clause is away, and from what an earlier process
 * has kept on the disk.
 */
export class BudgetStore {
  readonly #maps: Maps;
  readonly #numbers = new NumberPool('budgets', 1, MAX_BUDGETS);
  /** Of budgets that no clause in force has. */
  readonly #former = new Map<string, SpentBudget>();
  /** Keys of each slot that have a limit. */
  readonly #written: number[][] = [[], []];
  #isUnknown = false;

  constructor(maps: Maps) {
    this.#maps = maps;
  }

  /**
   * Takes over the numbers of an earlier process, with all that the kernel has counted under them.
   * @param slot in force
   * @param numbers to which rules in the maps refer
   * @param clauses texts by number
   */
  adopt(slot: number, numbers: Iterable<number>, clauses: ReadonlyMap<number, string>): void {
    for (const number of numbers) {
      const found = this.#maps.sp_budgets.get(at(slot, number));
      const per = found && perOfCode(found.per);
      const clause = found && clauses.get(found.clause);
      if (!per || clause === undefined) continue;
      this.#numbers.adopt(budgetKey({ clause, per }), number);
      this.#written[slot]?.push(at(slot, number));
    }
  }

  /** What an earlier process has kept; it counts where the kernel knows nothing newer. */
  recall(kept: readonly SpentBudget[]): void {
    for (const one of kept) {
      const key = budgetKey(one);
      if (this.#numbers.find(key) === undefined) this.#former.set(key, one);
    }
  }

  /** It is not known what was spent: whatever begins with the next rules counts as spent until its period is over. */
  distrust(): void {
    this.#isUnknown = true;
  }

  /** Numbers for all of these; those of others stay until {@link keepOnly}. @throws TableFullError */
  hold(budgets: readonly LoweredBudget[], now: number): void {
    for (const budget of budgets) {
      const key = budgetKey(budget);
      if (this.#numbers.find(key) !== undefined) continue;
      const number = this.#numbers.take(key);
      this.#write(number, this.#former.get(key) ?? this.#unknown(budget, now));
      this.#former.delete(key);
    }
  }

  /** Of a budget that is held. */
  number(budget: Pick<LoweredBudget, 'clause' | 'per'>): number {
    const number = this.#numbers.find(budgetKey(budget));
    if (number === undefined) throw new Error(`the budget of ${budget.clause} has no number`);
    return number;
  }

  #entries(slot: number, budgets: readonly LoweredBudget[], clauseNumber: ClauseNumber): Entry[] {
    return budgets.map(({ clause, bytes, per }) => [
      at(slot, this.number({ clause, per })),
      { limit: BigInt(bytes), per: perCodes[per], clause: clauseNumber(clause) },
    ]);
  }

  /** Limits for a slot that is not in force; see {@link expected}. */
  writeSlot(slot: number, budgets: readonly LoweredBudget[], clauseNumber: ClauseNumber): void {
    const none = { limit: 0n, per: 0, clause: 0 };
    const before = (this.#written[slot] ?? []).map((key) => [key, none] as const);
    const entries = this.#entries(slot, budgets, clauseNumber);
    this.#maps.sp_budgets.setAll([...new Map([...before, ...entries])]);
    this.#written[slot] = entries.map(([key]) => key);
  }

  /**
   * What a slot must hold while it is in force.
   * @param clauseNumber of a clause's text; 0 for one that decides nothing
   */
  expected(
    slot: number,
    budgets: readonly LoweredBudget[],
    clauseNumber: ClauseNumber,
  ): ExpectedMap {
    const entries = this.#entries(slot, budgets, clauseNumber);
    return { map: this.#maps.sp_budgets, entries };
  }

  /** These are in force, and no packet reads any other. */
  keepOnly(budgets: readonly LoweredBudget[], now: number): void {
    for (const [key, { ends }] of this.#former) if (ends <= now) this.#former.delete(key);
    const keys = new Set(budgets.map(budgetKey));
    for (const state of this.states()) {
      const key = budgetKey(state);
      if (keys.has(key) || this.#numbers.find(key) === undefined) continue;
      this.#numbers.release(key);
      this.#former.set(key, state);
    }
    this.#isUnknown = false;
  }

  /** All that is known of what was spent. */
  states(): SpentBudget[] {
    const inForce = [...this.#numbers.entries()].map(([key, number]) => this.#read(key, number));
    return [...inForce, ...this.#former.values()];
  }

  #unknown({ clause, per }: LoweredBudget, now: number): SpentBudget | undefined {
    return this.#isUnknown ? { clause, per, spent: ALL, ...periodOf(per, now) } : undefined;
  }

  #write(number: number, state: SpentBudget | undefined): void {
    this.#maps.sp_spent.set(number, {
      lock: undefined,
      pad: 0,
      begins: state ? nanoseconds(state.begins) : 0n,
      ends: state ? nanoseconds(state.ends) : 0n,
      latest: 0n,
      look: 0n,
      bytes: BigInt(state?.spent ?? 0),
    });
  }

  #read(key: string, number: number): SpentBudget {
    const [clause = '', per] = key.split(' ') as [string, Per];
    const { begins = 0n, ends = 0n, bytes = 0n } = this.#maps.sp_spent.get(number) ?? {};
    return { clause, per, spent: Number(bytes), begins: ms(begins), ends: ms(ends) };
  }
}

/** Kind of period by its number in the maps; undefined for 0, which is no budget. */
export function perOfCode(code: number): Per | undefined {
  return kinds.find((kind) => perCodes[kind] === code);
}

function at(slot: number, number: number): number {
  return slot * MAX_BUDGETS + number;
}

function ms(time: bigint): number {
  return Number(time / 1_000_000n);
}
