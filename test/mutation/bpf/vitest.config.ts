import { readFileSync } from 'node:fs';
import path from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { project } from '../targets.ts';
import { readPlan } from './object-plan.ts';

const plan = readPlan();
const loader = path.join(project, 'gateway/kernel/program-object.ts');
// biome-ignore lint/suspicious/noTemplateCurlyInString: the text of a file, where it is a template
const built = "join(import.meta.dirname, '..', 'bpf', 'build', `${name}.bpf.o`)";

/** Tests in the order of the plan: what kills most at least cost comes first. */
class InOrder extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) =>
      plan.tests.indexOf(path.relative(project, moduleId));
    return files.toSorted((a, b) => place(a) - place(b));
  }
}

/** The loader with another object; the product itself takes none from outside. */
function withObject(): string {
  const text = readFileSync(loader, 'utf8');
  if (!text.includes(built)) throw new Error(`${loader} finds its objects in another way`);
  const mutated = `(name === 'sallyport' ? ${JSON.stringify(plan.object)} : ${built})`;
  return text.replace(built, mutated);
}

export default defineConfig({
  root: project,
  plugins: [
    {
      name: 'mutated-programs',
      enforce: 'pre',
      load: (id) => (id === loader ? withObject() : null),
    },
  ],
  test: {
    include: [...plan.tests],
    provide: { kernelObstacle: null },
    setupFiles: [path.join(import.meta.dirname, '../same-cases.ts')],
    sequence: { sequencer: InOrder },
    fsModuleCache: false,
    isolate: false,
    fileParallelism: false,
    maxWorkers: 1,
    bail: 1,
    testTimeout: 60_000,
    silent: true,
  },
});
