import { type RunnerTestCase, type RunnerTestFile, TestRunner } from 'vitest';
import { readPlan, takeNote } from './plan.ts';

/** The switches of instrumented code, as StrykerJS’ instrumenter writes them. */
interface Switches {
  activeMutant?: string | undefined;
  currentTestId?: string | undefined;
  hitCount?: number | undefined;
  hitLimit?: number;
  mutantCoverage?: {
    readonly static: Readonly<Record<string, number>>;
    readonly perTest: Readonly<Record<string, Readonly<Record<string, number>>>>;
  };
}

const world = globalThis as { __stryker__?: Switches };
world.__stryker__ ??= {};
const switches = world.__stryker__;
const plan = readPlan();
const alive = new Set(plan.mutants);
const covered = new Set<string>();
if (plan.always !== undefined) switches.activeMutant = plan.always;

/** Runs each test as it is, then once for each living mutant that it runs through. */
export default class MutantRunner extends TestRunner {
  async runTask(test: RunnerTestCase): Promise<void> {
    const run = TestRunner.getTestFn(test);
    const name = `${test.file.name}: ${test.name}`;
    if (plan.always !== undefined) return tryAlways(plan.always, name, run);
    switches.currentTestId = test.id;
    try {
      await run();
    } catch (error) {
      takeNote(plan, { broken: `${name}: ${error}` });
      throw error;
    } finally {
      switches.currentTestId = undefined;
    }
    const hits = switches.mutantCoverage?.perTest[test.id] ?? {};
    for (const [id, count] of Object.entries(hits)) {
      covered.add(id);
      if (alive.has(id)) await tryMutant(id, count, name, run);
    }
  }

  override onAfterRunFiles(files: RunnerTestFile[]): void {
    super.onAfterRunFiles(files);
    for (const { name, result } of files) {
      // Nothing of it could be collected: the file cannot be loaded.
      if (plan.always === undefined && result?.state === 'fail') takeNote(plan, { broken: name });
    }
    const loading = Object.keys(switches.mutantCoverage?.static ?? {});
    takeNote(plan, { covered: [...covered], loading });
  }
}

async function tryMutant(id: string, hits: number, name: string, run: () => unknown) {
  takeNote(plan, { trying: id });
  // A mutant in a loop that no longer ends is stopped by its own switch.
  Object.assign(switches, { activeMutant: id, hitCount: 0, hitLimit: 1000 + 100 * hits });
  try {
    await run();
  } catch {
    takeNote(plan, { killed: id, by: name });
    alive.delete(id);
  } finally {
    Object.assign(switches, { activeMutant: undefined, hitCount: undefined });
  }
}

async function tryAlways(id: string, name: string, run: () => unknown): Promise<void> {
  try {
    await run();
  } catch (error) {
    takeNote(plan, { killed: id, by: name });
    throw error;
  }
}
