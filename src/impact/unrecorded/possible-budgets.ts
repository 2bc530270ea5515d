import type { ClauseBudget } from '../../rules/index.ts';

interface State {
  readonly budget: ClauseBudget;
  readonly isSpent: boolean;
}

/** Budgets that may have been spent: of a clause before and after a change, the one can tell of the other. */
export class PossibleBudgets {
  readonly #states = new Map<string, State[]>();

  isSpent(clause: string, budget: ClauseBudget, choose: () => boolean): boolean {
    const states = this.#states.get(clause) ?? [];
    if (states.some((one) => one.isSpent && implies(one.budget, budget))) return true;
    if (states.some((one) => !one.isSpent && implies(budget, one.budget))) return false;
    const isSpent = choose();
    this.#states.set(clause, [...states, { budget, isSpent }]);
    return isSpent;
  }
}

/** Periods that hold another whole: what was sent in the shorter was sent in the longer too. */
const enclosing: Readonly<Record<ClauseBudget['per'], readonly ClauseBudget['per'][]>> = {
  hour: ['hour', 'day', 'week', 'month'],
  day: ['day', 'week', 'month'],
  week: ['week'],
  month: ['month'],
};

/** Whether one budget cannot be spent unless another is. */
function implies(spent: ClauseBudget, other: ClauseBudget): boolean {
  return other.bytes <= spent.bytes && enclosing[spent.per].includes(other.per);
}
