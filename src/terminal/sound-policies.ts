import { harmlessJson, isError } from '../policy/index.ts';
import { type LoadedPolicies, loadPolicies } from '../source/index.ts';
import { countProblems, paintFor, problemReport } from './report.ts';

/** The exit status by which every command says that the policies have errors. */
export const POLICY_ERRORS = 1;

/**
 * Loads the policies of a folder for a command that goes on only if they are in order. Problems are told on standard
 * error, or with `json`, where there are errors, as one document on standard output.
 * @returns Undefined where there are errors; the exit code is set.
 * @throws {PolicyFolderError} if the folder cannot be read.
 */
export async function soundPolicies(
  dir: string,
  json: boolean,
): Promise<LoadedPolicies | undefined> {
  const loaded = await loadPolicies(dir);
  const { problems } = loaded;
  const broken = problems.some(isError);
  if (!json) process.stderr.write(problemReport({ dir, ...loaded }, paintFor(process.stderr)));
  if (!broken) return loaded;
  process.exitCode = POLICY_ERRORS;
  if (json) process.stdout.write(`${harmlessJson({ ok: false, problems }, 2)}\n`);
  else process.stderr.write(`${countProblems(problems)}: mend what is wrong first\n`);
  return undefined;
}
