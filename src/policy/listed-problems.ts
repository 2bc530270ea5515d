import { limits } from './limits.ts';
import { compareProblems, isError, type Problem } from './problem.ts';
import { makeProblem } from './problem-codes.ts';

/**
 * The problems that are told: sorted, and of each file no more than anybody would read. Errors stay before warnings,
 * so that a file with errors always shows one.
 */
export function listedProblems(problems: readonly Problem[]): Problem[] {
  const byFile = Map.groupBy(problems, ({ file }) => file);
  return [...byFile.values()].flatMap(listedOfFile).sort(compareProblems);
}

function listedOfFile(problems: readonly Problem[]): readonly Problem[] {
  if (problems.length <= limits.problems) return problems;
  const sorted = problems.toSorted(compareProblems);
  const errors = sorted.filter(isError);
  const warnings = sorted.filter((problem) => !isError(problem));
  const listed = [...errors, ...warnings].slice(0, limits.problems);
  const last = listed.toSorted(compareProblems).at(-1);
  if (!last) return listed;
  const more = makeProblem(
    'more',
    last,
    `${problems.length - listed.length} more problems of this file are not listed`,
    'mend those that are listed, and check again',
  );
  return [...listed, more];
}
