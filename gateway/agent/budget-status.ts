import type { Maps } from '../kernel/index.ts';
import { constants } from '../layout/index.ts';
import { perOfCode, textOf } from '../tables/index.ts';

/** One clause's budget, as the kernel counts it. */
export interface BudgetStatus {
  readonly clause: string;
  readonly per: 'hour' | 'day' | 'week' | 'month';
  /** Bytes of IP. */
  readonly limit: number;
  /** In the period that lasts until `until`; beyond the limit in audit, and by what one packet is longer than the rest. */
  readonly spent: number;
  /** Null before the first packet. */
  readonly until: string | null;
}

/** Budgets in force, by clause. */
export function budgetStatuses(maps: Maps, generation: bigint): BudgetStatus[] {
  const { sp_budgets, sp_spent, sp_clauses } = maps;
  const first = Number(generation & 1n) * constants.MAX_BUDGETS;
  const found: BudgetStatus[] = [];
  for (const [rawKey, rawValue] of sp_budgets.rawEntries()) {
    const number = sp_budgets.decodeKey(rawKey) - first;
    if (number < 0 || number >= constants.MAX_BUDGETS) continue;
    const { limit, per: code, clause } = sp_budgets.decodeValue(rawValue);
    const per = perOfCode(code);
    const text = sp_clauses.get(clause);
    if (!per || !text) continue;
    const { bytes = 0n, ends = 0n } = sp_spent.get(number) ?? {};
    const until = ends === 0n ? null : Number(ends / 1_000_000n);
    const isOver = until !== null && until <= Date.now();
    found.push({
      clause: textOf(text.text),
      per,
      limit: Number(limit),
      spent: isOver ? 0 : Number(bytes),
      until: until === null || isOver ? null : new Date(until).toISOString(),
    });
  }
  return found.sort((a, b) => (a.clause < b.clause ? -1 : 1));
}

/** Rows of a table for people. */
export function budgetRows(budgets: readonly BudgetStatus[]): string[][] {
  return budgets.map(({ clause, per, limit, spent, until }) => [
    clause,
    per,
    spent >= Number.MAX_SAFE_INTEGER ? 'unknown' : String(spent),
    String(limit),
    until ?? '',
  ]);
}
