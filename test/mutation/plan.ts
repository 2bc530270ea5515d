import { appendFileSync, existsSync, readFileSync } from 'node:fs';

/** What one process tries; handed over in files, because several processes take part. */
export interface Plan {
  /** A file that holds the instrumented code, as pairs of path and text: all processes try the same. */
  readonly code: string;
  readonly tests: readonly string[];
  /** Ids of mutants to switch on one by one, wherever a test runs through them. */
  readonly mutants: readonly string[];
  /** A mutant that is on from the start, instead. */
  readonly always?: string;
  /** Where to note what happens. */
  readonly notes: string;
}

/** What happens, in order: a process may end at any of them. */
export type Note =
  | { readonly trying: string }
  /** A mutant, and the test that noticed. */
  | { readonly killed: string; readonly by: string }
  /** Mutants that tests ran through, and those that ran when modules were loaded. */
  | { readonly covered: readonly string[]; readonly loading: readonly string[] }
  /** A test that fails by itself: nothing can be said. */
  | { readonly broken: string };

const variable = 'SALLYPORT_MUTATION_PLAN';

export function planEnvironment(file: string): Record<string, string> {
  return { [variable]: file };
}

export function readPlan(): Plan {
  const file = process.env[variable];
  if (!file) throw new Error(`${variable} names no file: run npm run mutate`);
  return JSON.parse(readFileSync(file, 'utf8')) as Plan;
}

export function takeNote({ notes }: Plan, note: Note): void {
  appendFileSync(notes, `${JSON.stringify(note)}\n`);
}

export function readNotes({ notes }: Plan): Note[] {
  if (!existsSync(notes)) return [];
  const lines = readFileSync(notes, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Note);
}
