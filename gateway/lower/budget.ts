import type { AgentRules, ClauseBudget } from '../../src/rules/index.ts';

/** What the flows of one clause may spend in a period, of which each gateway counts its own (rule K6). */
export interface LoweredBudget extends Pick<ClauseBudget, 'bytes' | 'per'> {
  /** Id of the clause. */
  readonly clause: string;
}

export function budgetsOf({ allow }: Pick<AgentRules, 'allow'>): LoweredBudget[] {
  return allow.flatMap(({ id, budget }) =>
    budget ? [{ clause: id, bytes: budget.bytes, per: budget.per }] : [],
  );
}

/** Under which what was spent is kept: another limit, or another name, changes nothing of it. */
export function budgetKey({ clause, per }: Pick<LoweredBudget, 'clause' | 'per'>): string {
  return `${clause} ${per}`;
}
