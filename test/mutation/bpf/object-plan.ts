import { readFileSync } from 'node:fs';

/** What one process of vitest is to try; handed over in a file. */
export interface ObjectPlan {
  /** The compiled programs that the tests load in the place of the built ones. */
  readonly object: string;
  readonly tests: readonly string[];
}

const variable = 'SALLYPORT_MUTATION_OBJECT';

export function planEnvironment(file: string): Record<string, string> {
  return { [variable]: file };
}

export function readPlan(): ObjectPlan {
  const file = process.env[variable];
  if (!file) throw new Error(`${variable} names no file: run npm run mutate:bpf`);
  return JSON.parse(readFileSync(file, 'utf8')) as ObjectPlan;
}
