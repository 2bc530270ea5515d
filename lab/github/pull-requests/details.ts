import { listChanges, listCommits } from '../git/index.ts';
import type { PullRequestDetails } from '../payloads/index.ts';
import type { PullRequest } from '../state/index.ts';

/** What the pull request brings: from where its history left the base to its head. */
export async function changesOf({ base, head }: PullRequest) {
  const { git } = base.repository;
  const start = (await git.mergeBase(base.sha, head.sha)) ?? base.sha;
  return await listChanges(git, start, head.sha);
}

/** Its commits, oldest first. */
export async function commitsOf({ base, head }: PullRequest) {
  return await listCommits(base.repository.git, `${base.sha}..${head.sha}`, ['--reverse']);
}

/** Counts of commits and lines. Whether it can be merged stays open: see tryMerge. */
export async function detailsOf(pull: PullRequest): Promise<PullRequestDetails> {
  const [changes, commits] = await Promise.all([changesOf(pull), commitsOf(pull)]);
  const { comments } = pull.base.repository;
  return {
    commits: commits.length,
    additions: changes.reduce((sum, file) => sum + file.additions, 0),
    deletions: changes.reduce((sum, file) => sum + file.deletions, 0),
    changedFiles: changes.length,
    comments: [...comments.values()].filter(({ issue }) => issue === pull.number).length,
    mergeable: null,
    mergeCommit: pull.merged?.commit ?? null,
  };
}
