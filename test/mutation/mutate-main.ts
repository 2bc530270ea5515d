import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { instrument } from './instrument.ts';
import { renderFates, scoreOf } from './render-fates.ts';
import { filesOf, type Target, targets } from './targets.ts';
import { type Fate, tryMutants } from './try-mutants.ts';

const help = `Usage: npm run mutate [-- --only TARGET] [--file TEXT] [--workers N] [--json]

Changes the code in small ways, one at a time (StrykerJS' mutators), and tells which changes no test notices.

Targets: ${targets.map(({ name }) => name).join(', ')}

Options:
  --only TARGET  one target instead of all
  --file TEXT    only files whose path holds the text
  --workers N    processes at a time (default: one for each core)
  --json         one JSON document

Exit code 0 once every mutant was tried, whatever became of them; 1 if a test fails by itself, 2 for wrong usage.

Example: npm run mutate -- --only src/rules --file judge/conditions`;

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    file: { type: 'string' },
    workers: { type: 'string' },
    json: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  },
});
const workers = Number(values.workers ?? availableParallelism());
const chosen = targets.filter(({ name }) => values.only === undefined || name === values.only);

if (values.help) console.log(help);
else if (chosen.length === 0 || !Number.isInteger(workers) || workers < 1) usageError();
else await run(chosen);

function usageError(): void {
  console.error(help);
  process.exitCode = 2;
}

async function run(some: readonly Target[]): Promise<void> {
  const fates: Fate[] = [];
  for (const target of some) fates.push(...(await fatesOf(target)));
  const { killed, all, score } = scoreOf(fates);
  console.log(values.json ? JSON.stringify({ killed, all, score, fates }) : renderFates(fates));
}

async function fatesOf({ name, sources, tests }: Target): Promise<Fate[]> {
  const files = filesOf(sources).filter((file) => file.includes(values.file ?? ''));
  const { mutants, code } = await instrument(files);
  process.stderr.write(`${name}: ${mutants.length} mutants of ${files.length} files\n`);
  return tryMutants({
    code,
    tests: filesOf(tests),
    mutants,
    workers,
    progress: (text) => process.stderr.write(`  ${text}\n`),
  });
}
