import { harmlessJson, isError, type Problem, problemCodes } from '../policy/index.ts';
import { type LoadedPolicies, loadPolicies } from '../source/index.ts';
import { countProblems, paintFor, problemReport } from './report.ts';

/** The exit status by which every command says that the policies have errors. */
export const POLICY_ERRORS = 1;

export interface SoundOptions {
  /** Tells errors as one document on standard output, and nothing on standard error. */
  readonly json: boolean;
  /**
   * Tells only what keeps the policies from being understood, neither warnings nor failed cases of PolicyTests: for
   * commands that show what policies mean, which is what whoever mends such a case must know.
   */
  readonly quiet?: boolean;
}

/**
 * Loads the policies of a folder for a command that goes on only if they are in order. Problems are told on standard
 * error, or with `json`, where there are errors, as one document on standard output.
 * @returns Undefined where there are errors; the exit code is set.
 * @throws {PolicyFolderError} if the folder cannot be read.
 */
export async function soundPolicies(
  dir: string,
  json: boolean,
  options: Omit<SoundOptions, 'json'> = {},
): Promise<LoadedPolicies | undefined> {
  return tellProblems(dir, await loadPolicies(dir), { ...options, json });
}

/**
 * As {@link soundPolicies}, for what is loaded already.
 * @param place where the files stand, as the user named it: `policies`, `main:policies`
 */
export function tellProblems(
  place: string,
  loaded: LoadedPolicies,
  { json, quiet = false }: SoundOptions,
): LoadedPolicies | undefined {
  const { files } = loaded;
  const problems = quiet
    ? loaded.problems.filter((problem) => isError(problem) && !isFailedCase(problem))
    : loaded.problems;
  if (!json) {
    process.stderr.write(problemReport({ dir: place, files, problems }, paintFor(process.stderr)));
  }
  if (!problems.some(isError)) return loaded;
  process.exitCode = POLICY_ERRORS;
  if (json) process.stdout.write(`${harmlessJson({ ok: false, place, problems }, 2)}\n`);
  else process.stderr.write(`${countProblems(problems)}: mend what is wrong first\n`);
  return undefined;
}

/** Whether a problem is a case of a PolicyTest that came out otherwise. */
function isFailedCase({ code }: Problem): boolean {
  return code === problemCodes.testFailed.code;
}
