import { readFileSync } from 'node:fs';
import path from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { project } from '../targets.ts';
import { readPlan } from './object-plan.ts';

const plan = readPlan();
const variable = 'SALLYPORT_MUTATED_OBJECT';
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
  // Of the same text for every mutant: it need not be compiled anew.
  const mutated = `(name === 'sallyport' ? process.env.${variable} : ${built})`;
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
    env: { [variable]: plan.object },
    fsModuleCache: true,
    // Apart from the one of `npm test`, where the loader is what it is.
    fsModuleCachePath: path.join(project, 'node_modules/.cache/mutated-programs'),
    isolate: false,
    fileParallelism: false,
    maxWorkers: 1,
    bail: 1,
    testTimeout: 300_000,
    hookTimeout: 300_000,
    silent: true,
  },
});
