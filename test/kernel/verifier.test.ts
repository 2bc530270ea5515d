import { expect, it } from 'vitest';
import {
  measureBuilt,
  measureCompiled,
  newestClang,
  overBudget,
  readBudgets,
} from '../../gateway/build/verifier.ts';
import { programNames } from '../../gateway/kernel/program-object.ts';
import { describeKernel } from './availability.ts';

const newest = newestClang();
if (newest === undefined) {
  const missing = 'no newer clang here (Debian: clang-22): the objects are not built with it';
  if (process.env.CI === 'true') throw new Error(missing);
  console.warn(`skipped: ${missing}`);
}

describeKernel('the verifier', () => {
  it('follows no program further than its budget allows', async () => {
    const budgets = await readBudgets();
    expect(overBudget(measureBuilt(budgets), budgets)).toEqual([]);
  });

  it('has a budget for every program', async () => {
    const { sallyport } = await readBudgets();
    expect(Object.keys(sallyport ?? {}).sort()).toEqual([...programNames].sort());
  });

  it('tells a program that is over its budget, with the numbers', () => {
    const costs = [{ object: 'sallyport', program: 'sp_judge', instructions: 301 }];
    expect(overBudget(costs, { sallyport: { sp_judge: { budget: 300 } } })).toEqual([
      'sallyport/sp_judge: 301 instructions verified, budget 300',
    ]);
    expect(overBudget(costs, { sallyport: { sp_judge: { budget: 301 } } })).toEqual([]);
  });

  it.skipIf(newest === undefined)(
    `accepts the programs as ${newest} makes them, within the same budgets`,
    async () => {
      const budgets = await readBudgets();
      expect(overBudget(await measureCompiled(newest ?? '', budgets), budgets)).toEqual([]);
    },
  );
});
