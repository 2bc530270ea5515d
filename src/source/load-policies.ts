import { type ExaminedPolicies, type ExamineOptions, examinePolicies } from '../analysis/index.ts';
import type { FolderAt } from './git-revision.ts';
import { type PolicyFolder, readPolicyFolder } from './read-policy-folder.ts';
import { readPolicyRevision } from './read-policy-revision.ts';

/** A policy folder, read and examined. Whoever enforces must refuse to go on if any problem is an error. */
export type LoadedPolicies = ExaminedPolicies & PolicyFolder;

/**
 * Reads a policy folder and examines what it says, PolicyTests included; problems of both are sorted together.
 * @param options With `now` the policies are linted too.
 * @throws {PolicyFolderError} if there is no such folder or it cannot be listed.
 */
export async function loadPolicies(dir: string, options?: ExamineOptions): Promise<LoadedPolicies> {
  return examined(await readPolicyFolder(dir), options);
}

/**
 * As {@link loadPolicies}, of a folder as a commit has it.
 * @throws {GitError} if git fails.
 */
export async function loadRevision(
  cwd: string,
  folder: FolderAt,
  options?: ExamineOptions,
): Promise<LoadedPolicies> {
  return examined(await readPolicyRevision(cwd, folder), options);
}

function examined(
  { files, problems, ignored }: PolicyFolder,
  options: ExamineOptions | undefined,
): LoadedPolicies {
  return { ...examinePolicies(files, problems, options), files, ignored };
}
