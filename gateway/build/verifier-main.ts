import { parseArgs } from 'node:util';
import {
  type Cost,
  measureBuilt,
  measureCompiled,
  newestClang,
  overBudget,
  readBudgets,
  recordCosts,
} from './verifier.ts';

const help = `Usage: npm run verifier -- [--write]

How many instructions the kernel's verifier follows of each eBPF program, as built and as the newest
clang of this machine makes it, beside what gateway/build/verifier-budgets.json allows.
Exit code 1 where one is over its budget. Needs root.

Options:
  --write  record the numbers; budgets are raised by hand, on purpose

Example:
  # npm run verifier -- --write`;

const { values } = parseArgs({
  options: { write: { type: 'boolean' }, help: { type: 'boolean' } },
});
if (values.help) console.log(help);
else await report(values.write ?? false);

async function report(write: boolean): Promise<void> {
  const budgets = await readBudgets();
  const newest = newestClang();
  const measured: [string, Cost[]][] = [['clang14', measureBuilt(budgets)]];
  if (newest) measured.push([newest.replace('-', ''), await measureCompiled(newest, budgets)]);
  for (const [compiler, costs] of measured) {
    console.log(compiler === 'clang14' ? 'as built' : compiler);
    for (const { object, program, instructions } of costs) {
      const budget = budgets[object]?.[program]?.budget ?? 0;
      const share = Math.round((100 * instructions) / budget);
      console.log(
        `  ${`${object}/${program}`.padEnd(32)} ${String(instructions).padStart(8)} of ${budget} (${share} %)`,
      );
    }
    if (write) await recordCosts(compiler, costs);
  }
  const over = measured.flatMap(([compiler, costs]) =>
    overBudget(costs, budgets).map((line) => `${compiler}: ${line}`),
  );
  for (const line of over) console.error(`over budget: ${line}`);
  if (over.length > 0) process.exitCode = 1;
}
