import type { Person } from '../git/index.ts';
import type { PullRequest } from '../state/index.ts';

const github: Person = { name: 'GitHub', email: 'noreply@github.com' };

/**
 * The merge of the head into the base branch as it stands, as a commit that no branch holds yet;
 * undefined: they conflict.
 */
export async function mergeCommitOf(
  { base, head }: PullRequest,
  message: string,
  method: 'merge' | 'squash' = 'merge',
): Promise<string | undefined> {
  const { git } = base.repository;
  const ours = await git.resolve(`heads/${base.ref}`);
  if (!ours) return undefined;
  const tree = await git.mergedTree(ours, head.sha);
  if (!tree) return undefined;
  return await git.commitTree(
    tree,
    method === 'merge' ? [ours, head.sha] : [ours],
    message,
    github,
  );
}

const tried = new WeakMap<
  PullRequest,
  { readonly of: string; readonly commit: string | undefined }
>();

/**
 * Tries the merge as GitHub does when somebody looks, and keeps it as `refs/pull/N/merge`: once for each pair of base and
 * head. Undefined: they conflict.
 */
export async function tryMerge(pull: PullRequest): Promise<string | undefined> {
  const { head, base, number } = pull;
  const of = `${await base.repository.git.resolve(`heads/${base.ref}`)} ${head.sha}`;
  const known = tried.get(pull);
  if (known?.of === of) return known.commit;
  const commit = await mergeCommitOf(pull, `Merge ${head.sha} into ${base.sha}`);
  if (commit) await base.repository.git.setReference(`refs/pull/${number}/merge`, commit);
  tried.set(pull, { of, commit });
  return commit;
}
