import { type ParsedPolicies, parsePolicies } from '../policy/index.ts';
import type { FolderAt } from './git-revision.ts';
import { type PolicyFolder, readPolicyFolder } from './read-policy-folder.ts';
import { readPolicyRevision } from './read-policy-revision.ts';

/** A policy folder, read and parsed. Whoever enforces must refuse to go on if any problem is an error. */
export type LoadedPolicies = ParsedPolicies & PolicyFolder;

/**
 * Reads and parses a policy folder; problems of both are sorted together.
 * @throws {PolicyFolderError} if there is no such folder or it cannot be listed.
 */
export async function loadPolicies(dir: string): Promise<LoadedPolicies> {
  return parsed(await readPolicyFolder(dir));
}

/**
 * As {@link loadPolicies}, of a folder as a commit has it.
 * @throws {GitError} if git fails.
 */
export async function loadRevision(cwd: string, folder: FolderAt): Promise<LoadedPolicies> {
  return parsed(await readPolicyRevision(cwd, folder));
}

function parsed({ files, problems, ignored }: PolicyFolder): LoadedPolicies {
  return { ...parsePolicies(files, problems), files, ignored };
}
