import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import type { Mutant } from './instrument.ts';
import { type Note, type Plan, planEnvironment, readNotes } from './plan.ts';
import { project, remembering } from './targets.ts';

/** What became of a mutant. */
export interface Fate {
  readonly mutant: Mutant;
  /** `uncovered`: no test runs through it. */
  readonly state: 'killed' | 'survived' | 'uncovered';
  /** The test that noticed, or why it was stopped. */
  readonly by?: string;
}

export interface Trial {
  /** Instrumented, by file. */
  readonly code: ReadonlyMap<string, string>;
  readonly tests: readonly string[];
  readonly mutants: readonly Mutant[];
  readonly workers: number;
  progress(text: string): void;
}

/** A process that notes nothing for so long, in milliseconds, goes round in circles. */
const patience = 120_000;

/** Runs the tests with every mutant. @throws {Error} if a test fails without any. */
export async function tryMutants(trial: Trial): Promise<Fate[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'sallyport-mutants-'));
  try {
    writeFileSync(codeIn(folder), JSON.stringify([...trial.code]));
    const { together, alone } = shares(trial.mutants);
    const lists = Array.from({ length: trial.workers }, (_, worker) =>
      together.filter((_mutant, i) => i % trial.workers === worker),
    );
    const runs = await Promise.all(lists.map((list) => tryTogether(trial, folder, list)));
    const killed = new Map(runs.flatMap((run) => [...run.killed]));
    const covered = new Set(runs.flatMap((run) => [...run.covered]));
    const loading = new Set(runs.flatMap((run) => [...run.loading]));
    // Tests may show by what they compute while they are collected.
    const atLoad = together.filter(({ id }) => loading.has(id) && !killed.has(id));
    const single = [...atLoad, ...alone.filter(({ id }) => loading.has(id) || covered.has(id))];
    for (const [id, by] of await tryAlone(trial, folder, single)) killed.set(id, by);
    return trial.mutants.map((mutant): Fate => {
      const by = killed.get(mutant.id);
      if (by !== undefined) return { mutant, state: 'killed', by };
      const isCovered = covered.has(mutant.id) || loading.has(mutant.id);
      return { mutant, state: isCovered ? 'survived' : 'uncovered' };
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function shares(mutants: readonly Mutant[]): { together: Mutant[]; alone: Mutant[] } {
  const isAlone = ({ file }: Mutant) => remembering.includes(file);
  return {
    together: mutants.filter((mutant) => !isAlone(mutant)),
    alone: mutants.filter(isAlone),
  };
}

interface Run {
  readonly killed: ReadonlyMap<string, string>;
  readonly covered: ReadonlySet<string>;
  readonly loading: ReadonlySet<string>;
}

/** Mutants of one list in one process; one that ends it or hangs is noted, and the others go on in another process. */
async function tryTogether(trial: Trial, folder: string, list: readonly Mutant[]): Promise<Run> {
  const killed = new Map<string, string>();
  const covered = new Set<string>();
  const loading = new Set<string>();
  for (let left = list; ; left = left.filter(({ id }) => !killed.has(id))) {
    const { notes, isWhole } = await runPlan(trial, folder, { mutants: left.map(({ id }) => id) });
    let trying: string | undefined;
    for (const note of notes) {
      if ('broken' in note) throw new Error(`a test fails without any mutant: ${note.broken}`);
      if ('killed' in note) killed.set(note.killed, note.by);
      if ('trying' in note) {
        trying = note.trying;
        covered.add(trying);
      }
      if (!('covered' in note)) continue;
      for (const id of note.covered) covered.add(id);
      for (const id of note.loading) loading.add(id);
    }
    trial.progress(`${killed.size} of ${list.length} killed in one share`);
    if (isWhole) return { killed, covered, loading };
    if (trying === undefined) throw new Error('the tests did not start: try npm test first');
    killed.set(trying, unending);
  }
}

const unending = 'it ends the process, or does not come to an end';

async function tryAlone(trial: Trial, folder: string, mutants: readonly Mutant[]) {
  const killed = new Map<string, string>();
  const queue = [...mutants];
  const work = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const { notes, isWhole } = await runPlan(trial, folder, { mutants: [], always: next.id });
      const [noticed] = notes.flatMap((note) => ('killed' in note ? [note.by] : []));
      // Without a test that noticed: the tests could not even be collected.
      if (noticed !== undefined || !isWhole) killed.set(next.id, noticed ?? unending);
      if (queue.length % 20 === 0) trial.progress(`${queue.length} left, one by one`);
    }
  };
  await Promise.all(Array.from({ length: trial.workers }, work));
  return killed;
}

function codeIn(folder: string): string {
  return path.join(folder, 'code.json');
}

let plans = 0;

async function runPlan(
  { tests }: Trial,
  folder: string,
  share: Pick<Plan, 'mutants' | 'always'>,
): Promise<{ notes: readonly Note[]; isWhole: boolean }> {
  const file = path.join(folder, `plan-${plans++}.json`);
  const plan: Plan = { code: codeIn(folder), tests, notes: `${file}.notes`, ...share };
  writeFileSync(file, JSON.stringify(plan));
  writeFileSync(plan.notes, '');
  const config = path.join(import.meta.dirname, 'vitest.config.ts');
  const subprocess = execa('vitest', ['run', '--config', config], {
    cwd: project,
    preferLocal: true,
    localDir: project,
    env: planEnvironment(file),
    reject: false,
    stdio: 'ignore',
    forceKillAfterDelay: 1000,
  });
  const watch = setInterval(() => {
    if (Date.now() - statSync(plan.notes).mtimeMs > patience) subprocess.kill();
  }, 1000);
  const { exitCode } = await subprocess;
  clearInterval(watch);
  return { notes: readNotes(plan), isWhole: exitCode === 0 };
}
