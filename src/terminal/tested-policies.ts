import type { PolicyTestResult } from '../analysis/index.ts';
import { loadPolicies } from '../source/index.ts';
import { tellProblems } from './sound-policies.ts';

/**
 * Loads the policies of a folder and judges their PolicyTests. Failed cases are results here; whatever else is wrong is
 * told as {@link soundPolicies} does.
 * @returns Undefined where there are errors; the exit code is set.
 * @throws {PolicyFolderError} if the folder cannot be read.
 */
export async function loadTestedPolicies(
  dir: string,
  json: boolean,
): Promise<readonly PolicyTestResult[] | undefined> {
  return tellProblems(dir, await loadPolicies(dir), { json, quiet: true })?.tests;
}
