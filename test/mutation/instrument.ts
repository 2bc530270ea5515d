import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Instrumenter } from '@stryker-mutator/instrumenter';
import { project } from './targets.ts';

/** One change to the code that some test should notice. */
export interface Mutant {
  readonly id: string;
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
  readonly mutator: string;
  readonly original: string;
  readonly replacement: string;
}

export interface Instrumented {
  readonly mutants: readonly Mutant[];
  /** By file: the source with all of its mutants, each behind a switch. */
  readonly code: ReadonlyMap<string, string>;
}

type Logger = ConstructorParameters<typeof Instrumenter>[0];

const ignore = () => {};
const silent: Logger = {
  isTraceEnabled: () => false,
  isDebugEnabled: () => false,
  isInfoEnabled: () => false,
  isWarnEnabled: () => false,
  isErrorEnabled: () => false,
  isFatalEnabled: () => false,
  trace: ignore,
  debug: ignore,
  info: ignore,
  warn: ignore,
  error: ignore,
  fatal: ignore,
};

/** All mutants of some files, by StrykerJS’ mutators. The same files give the same ids. */
export async function instrument(files: readonly string[]): Promise<Instrumented> {
  const sources = new Map(
    files.map((file) => [file, readFileSync(path.join(project, file), 'utf8')]),
  );
  const inputs = [...sources].map(([name, content]) => ({ name, content, mutate: true }));
  const options = { plugins: null, excludedMutations: [], ignorers: [] };
  const result = await new Instrumenter(silent).instrument(inputs, options);
  const lines = new Map([...sources].map(([file, text]) => [file, text.split('\n')]));
  return {
    code: new Map(result.files.map(({ name, content }) => [name, content])),
    mutants: result.mutants.map(({ id, fileName, location, mutatorName, replacement }) => ({
      id,
      file: fileName,
      line: location.start.line + 1,
      column: location.start.column + 1,
      mutator: mutatorName,
      original: textBetween(lines.get(fileName) ?? [], location),
      replacement,
    })),
  };
}

interface Place {
  readonly line: number;
  readonly column: number;
}

/** Lines and columns count from 0. */
function textBetween(lines: readonly string[], at: { start: Place; end: Place }): string {
  const { start, end } = at;
  const inside = lines.slice(start.line, end.line + 1);
  inside[inside.length - 1] = inside.at(-1)?.slice(0, end.column) ?? '';
  inside[0] = inside[0]?.slice(start.column) ?? '';
  return inside.join('\n');
}
