import { readFileSync } from 'node:fs';
import path from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { readPlan } from './plan.ts';
import { project } from './targets.ts';

const plan = readPlan();
const code = new Map(JSON.parse(readFileSync(plan.code, 'utf8')) as [string, string][]);

/** Tests in the order of the plan: what kills most at least cost comes first. */
class InOrder extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) =>
      plan.tests.indexOf(path.relative(project, moduleId));
    return files.toSorted((a, b) => place(a) - place(b));
  }
}

export default defineConfig({
  root: project,
  plugins: [
    {
      name: 'mutants',
      enforce: 'pre',
      load: (id) => code.get(path.relative(project, id)) ?? null,
    },
  ],
  test: {
    include: [...plan.tests],
    runner: path.join(import.meta.dirname, 'mutant-runner.ts'),
    setupFiles: [path.join(import.meta.dirname, 'same-cases.ts')],
    sequence: { sequencer: InOrder },
    // The cache knows files by their text, which mutants are not.
    fsModuleCache: false,
    // One module graph for all files: mutants are switched on and off in it.
    isolate: false,
    fileParallelism: false,
    maxWorkers: 1,
    bail: plan.always === undefined ? 0 : 1,
    testTimeout: 3_600_000,
    reporters: [],
    silent: true,
  },
});
