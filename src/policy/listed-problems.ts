import { limits } from './limits.ts';
import { compareProblems, isError, type Problem } from './problem.ts';
import { makeProblem } from './problem-codes.ts';

/**
 * The problems that are told: sorted, and of each file no more than anybody would read. Errors stay before warnings,
 * so that a file with errors always shows one. What has been listed may be listed again with what was found since.
 */
export function listedProblems(problems: readonly Problem[]): Problem[] {
  const byFile = Map.groupBy(problems, ({ file }) => file);
  return [...byFile.values()].flatMap(listedOfFile).sort(compareProblems);
}

function listedOfFile(problems: readonly Problem[]): readonly Problem[] {
  const told = withoutRepeats(problems.filter(({ unlisted }) => unlisted === undefined));
  const before = problems.reduce((sum, { unlisted = 0 }) => sum + unlisted, 0);
  const sorted = told.toSorted(compareProblems);
  const errors = sorted.filter(isError);
  const warnings = sorted.filter((problem) => !isError(problem));
  const listed = [...errors, ...warnings].slice(0, limits.problems);
  const unlisted = before + told.length - listed.length;
  const last = listed.toSorted(compareProblems).at(-1);
  if (!last || unlisted === 0) return listed;
  const more = makeProblem(
    'more',
    last,
    `${unlisted} more ${unlisted === 1 ? 'problem' : 'problems'} of this file ${unlisted === 1 ? 'is' : 'are'} not listed`,
    'mend those that are listed, and check again',
  );
  return [...listed, { ...more, unlisted }];
}

/** What the metadata of a manifest gets wrong is wrong with each of its agents. */
function withoutRepeats(problems: readonly Problem[]): readonly Problem[] {
  const byPlace = new Map<string, Problem>();
  for (const problem of problems) {
    const { code, line, column, message } = problem;
    byPlace.set(`${line}:${column} ${code} ${message}`, problem);
  }
  return [...byPlace.values()];
}
