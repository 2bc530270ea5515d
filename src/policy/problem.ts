/** Where something stands in a policy file. Lines and columns count from 1. */
export interface Position {
  /** Path relative to the policy folder, with forward slashes. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** An `error` must be mended; a `warning` should be; a `notice` is worth knowing, and nothing is wrong yet. */
export type Severity = 'error' | 'warning' | 'notice';

/** Something to mend in a policy file (rule F3). */
export interface Problem extends Position {
  /** `SP1xx` syntax, `SP2xx` schema, `SP3xx` meaning, `SP4xx` coverage and lint. Stable. */
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  /** What to do about it. */
  readonly remedy: string;
  /** Of the last problem of a file that has too many: how many are not listed. */
  readonly unlisted?: number;
}

/** By file, line and column, then by code: the order in which problems are listed. */
export function compareProblems(a: Problem, b: Problem): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  if (a.line !== b.line) return a.line - b.line;
  if (a.column !== b.column) return a.column - b.column;
  // That there are more stands behind those that are listed.
  const more = (a.unlisted ?? 0) - (b.unlisted ?? 0);
  if (more !== 0) return more;
  return a.code < b.code ? -1 : a.code > b.code ? 1 : 0;
}

export function isError({ severity }: Problem): boolean {
  return severity === 'error';
}
