import type { ProgramObject } from '../kernel/index.ts';

const forEver = (1n << 64n) - 1n;
const untouched = {
  lock: undefined,
  pad: 0,
  begins: 0n,
  ends: 0n,
  latest: 0n,
  look: 0n,
  bytes: 0n,
};

/**
 * Has budgets be spent, whenever the flow is.
 * @param numbers of budgets in the tables
 * @returns what makes them as they were: nothing that is only asked about spends anything
 */
export function giveSpentBudgets(
  { sp_spent }: ProgramObject['maps'],
  numbers: readonly number[],
): () => void {
  for (const number of numbers)
    sp_spent.set(number, { ...untouched, ends: forEver, bytes: forEver });
  return () => {
    for (const number of numbers) sp_spent.set(number, untouched);
  };
}
