import { type ParsedPolicies, parsePolicies } from '../policy/index.ts';
import { type PolicyFolder, readPolicyFolder } from './read-policy-folder.ts';

/** A policy folder, read and parsed. Whoever enforces must refuse to go on if any problem is an error. */
export type LoadedPolicies = ParsedPolicies & PolicyFolder;

/**
 * Reads and parses a policy folder; problems of both are sorted together.
 * @throws {PolicyFolderError} if there is no such folder or it cannot be listed.
 */
export async function loadPolicies(dir: string): Promise<LoadedPolicies> {
  const { files, problems, ignored } = await readPolicyFolder(dir);
  const parsed = parsePolicies(files, problems);
  return { ...parsed, files, ignored };
}
