import type { CheckRun } from '../../control/index.ts';

/** How a check stands on GitHub, for a reader. */
export function checkLine({ name, status, conclusion, output, headSha }: CheckRun): string {
  return `check "${name}" of ${headSha.slice(0, 7)}: ${conclusion ?? status}, “${output.title}”`;
}
