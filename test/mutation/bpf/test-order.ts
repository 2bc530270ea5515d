import path from 'node:path';
import { filesOf } from '../targets.ts';

/** Dear ones come last. */
const slow = ['mutation', 'quotas', 'sequences', 'flood', 'telling', 'rule-tables', 'agreement'];
/** They compile or compare objects themselves, or look at what surrounds the programs. */
const apart = [
  'adoption',
  'bench',
  'bench-dataplane',
  'event-stream',
  'features',
  'full-maps',
  'read-back',
  'sidecar',
  'swap-under-load',
  'verifier',
];

/** Test files in the order in which they are to judge a mutant: first those that noticed most mutants of its file. */
export class TestOrder {
  readonly #tests: readonly string[];
  readonly #noticed = new Map<string, Map<string, number>>();

  constructor() {
    const all = filesOf(['test/kernel/*.test.ts', 'test/kernel/*/*.test.ts']);
    const name = (file: string) => path.basename(file, '.test.ts');
    this.#tests = all
      .filter((file) => !apart.includes(name(file)))
      .sort((a, b) => slow.indexOf(name(a)) - slow.indexOf(name(b)));
  }

  noticed(source: string, test: string): void {
    const counts = this.#countsOf(source);
    counts.set(test, (counts.get(test) ?? 0) + 1);
  }

  for(source: string): string[] {
    const counts = this.#countsOf(source);
    const likely = (test: string) =>
      (counts.get(test) ?? 0) + (sharesTopic(source, test) ? 0.5 : 0);
    return this.#tests.toSorted((a, b) => likely(b) - likely(a));
  }

  #countsOf(source: string): Map<string, number> {
    const counts = this.#noticed.get(source) ?? new Map<string, number>();
    this.#noticed.set(source, counts);
    return counts;
  }
}

/** As `tls_stream.h` and `tls-streams.test.ts`. */
function sharesTopic(source: string, test: string): boolean {
  const [topic] = path.basename(source, '.h').split('_');
  return topic !== undefined && path.basename(test).startsWith(topic);
}
