import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { objectPath } from '../../../gateway/kernel/index.ts';
import { filesOf, project } from '../targets.ts';
import { type CMutant, mutantsOf } from './c-mutants.ts';
import { renderCFates } from './render-c-fates.ts';
import { TestOrder } from './test-order.ts';
import { type CFate, firstFailure, tryMutant } from './try-object.ts';

const help = `Usage: npm run mutate:bpf [-- --sample N] [--seed S] [--file TEXT …] [--workers N] [--json]

Changes the eBPF programs in small ways, one at a time, and tells which changes no test notices. Each change is
compiled into a folder of its own, loaded, and judged by the kernel tests. Needs root; attaches nothing.

Options:
  --sample N   so many changes of all, chosen at random (default: every one; hours)
  --seed S     the same choice again
  --file TEXT  only files whose path holds the text; may be given again
  --line N     only this line
  --workers N  changes at a time (default 2)
  --json       one JSON document

Exit code 0 once every change was tried, whatever became of them; 1 if a test fails without any, 2 for wrong usage.

Example: npm run mutate:bpf -- --sample 40 --seed 7 --file parse`;

const { values } = parseArgs({
  options: {
    sample: { type: 'string' },
    seed: { type: 'string' },
    file: { type: 'string', multiple: true },
    line: { type: 'string' },
    workers: { type: 'string', default: '2' },
    json: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  },
});
const [sample, seed, line, workers] = [values.sample, values.seed, values.line, values.workers].map(
  (text) => (text === undefined ? undefined : Number(text)),
);
const isOdd = (number: number | undefined) => number !== undefined && !Number.isInteger(number);

if (values.help) console.log(help);
else if ([sample, seed, line, workers].some(isOdd)) usageError();
else await run();

function usageError(): void {
  console.error(help);
  process.exitCode = 2;
}

async function run(): Promise<void> {
  const tests = new TestOrder();
  const folder = mkdtempSync(path.join(tmpdir(), 'sallyport-mutants-'));
  try {
    const broken = await firstFailure(objectPath(), tests.for(''), folder);
    if (broken !== undefined) {
      console.error(`a test fails without any change: ${broken.file}: ${broken.test}`);
      process.exitCode = 1;
      return;
    }
    const fates = await tryAll(chosen(), tests, folder);
    console.log(values.json ? JSON.stringify(fates) : renderCFates(fates));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function chosen(): CMutant[] {
  const files = filesOf(['gateway/bpf/{sallyport.bpf.c,*.h}']);
  const all = files
    .filter((file) => !values.file || values.file.some((text) => file.includes(text)))
    .flatMap((file) => mutantsOf(file, readFileSync(path.join(project, file), 'utf8')))
    .filter((mutant) => line === undefined || mutant.line === line);
  if (sample === undefined || sample >= all.length) return all;
  const some = fc.shuffledSubarray(all, { minLength: sample, maxLength: sample });
  const [picked = []] = fc.sample(some, { numRuns: 1, seed: seed ?? Date.now() });
  return picked;
}

async function tryAll(mutants: readonly CMutant[], tests: TestOrder, folder: string) {
  const fates: CFate[] = [];
  const queue = [...mutants.entries()];
  const work = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const [number, mutant] = next;
      const { file, line: at, operator, original, replacement } = mutant;
      const order = tests.for(file);
      const fate = await tryMutant(mutant, order, path.join(folder, String(number)));
      fates.push(fate);
      if (fate.by) tests.noticed(file, fate.by.file);
      const change = `${original} -> ${replacement || 'nothing'}`.replace(/\s+/g, ' ');
      process.stderr.write(
        `${fate.state} ${file}:${at} ${operator} ${change} ${fate.by?.test ?? ''}\n`,
      );
    }
  };
  await Promise.all(Array.from({ length: workers ?? 2 }, work));
  return fates;
}
