import { listPolicies } from './git-listing.ts';
import { readObjects } from './git-objects.ts';
import type { FolderAt } from './git-revision.ts';
import type { PolicyFolder } from './read-policy-folder.ts';

/**
 * Reads the policy files of a commit as data, by the rules for a folder on disk (rules F1, F2): nothing is checked out,
 * and nothing of the repository is executed.
 * @throws {GitError} if git fails.
 */
export async function readPolicyRevision(cwd: string, folder: FolderAt): Promise<PolicyFolder> {
  const { policies, ignored, problems } = await listPolicies(cwd, folder);
  const contents = await readObjects(cwd, policies);
  const files = policies.map(({ path, object }) => ({
    path,
    text: new Uint8Array(contents.get(object) ?? []),
  }));
  return { files, problems, ignored };
}
