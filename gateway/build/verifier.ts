import { readdirSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadFile, objectPath, programInfo } from '../kernel/index.ts';
import { compileObjects } from './compile.ts';

/** What the verifier followed of one program, by the compiler that made it, and how much it may. */
interface Row extends Readonly<Record<string, number>> {
  readonly budget: number;
}
/** By object, then by program. The kernel refuses more than a million instructions. */
export type Budgets = Readonly<Record<string, Readonly<Record<string, Row>>>>;

export interface Cost {
  readonly object: string;
  readonly program: string;
  readonly instructions: number;
}

const path = join(import.meta.dirname, 'verifier-budgets.json');

export async function readBudgets(): Promise<Budgets> {
  return JSON.parse(await readFile(path, 'utf8')) as Budgets;
}

/** Puts what was measured into the table; budgets stay. */
export async function recordCosts(compiler: string, costs: readonly Cost[]): Promise<void> {
  const budgets = structuredClone(await readBudgets()) as Record<
    string,
    Record<string, Record<string, number>>
  >;
  for (const { object, program, instructions } of costs) {
    const row = budgets[object]?.[program];
    if (row) row[compiler] = instructions;
  }
  await writeFile(path, `${JSON.stringify(budgets, null, 2)}\n`);
}

/** Loads objects and asks the kernel what its verifier followed. @throws KernelError where it refuses one */
function measureCosts(budgets: Budgets, pathOf: (object: string) => string): Cost[] {
  return Object.entries(budgets).flatMap(([object, programs]) => {
    const file = loadFile(pathOf(object));
    try {
      return Object.keys(programs).map((program) => {
        const { verifiedInstructions } = programInfo(file.programFd(program));
        return { object, program, instructions: verifiedInstructions };
      });
    } finally {
      file.close();
    }
  });
}

/** The same of objects that another compiler makes, in a folder that goes away. */
export async function measureCompiled(clang: string, budgets: Budgets): Promise<Cost[]> {
  const out = await mkdtemp(join(tmpdir(), 'sallyport-bpf-'));
  try {
    await compileObjects(clang, out, Object.keys(budgets));
    return measureCosts(budgets, (object) => join(out, `${object}.bpf.o`));
  } finally {
    await rm(out, { recursive: true, force: true });
  }
}

/** What is built is measured as it lies there. */
export const measureBuilt = (budgets: Budgets): Cost[] => measureCosts(budgets, objectPath);

/** `clang-22`, of all that this machine has; undefined where it has but the unnumbered one. */
export function newestClang(folder = '/usr/bin'): string | undefined {
  const versions = readdirSync(folder).flatMap((name) => /^clang-(\d+)$/.exec(name)?.[1] ?? []);
  const newest = Math.max(...versions.map(Number));
  return versions.length > 0 ? `clang-${newest}` : undefined;
}

/** Programs that cost more than they may, each with its numbers. */
export function overBudget(costs: readonly Cost[], budgets: Budgets): string[] {
  return costs.flatMap(({ object, program, instructions }) => {
    const budget = budgets[object]?.[program]?.budget ?? 0;
    if (instructions <= budget) return [];
    return [`${object}/${program}: ${instructions} instructions verified, budget ${budget}`];
  });
}
