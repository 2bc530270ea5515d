import type { Site } from '../http/index.ts';
import { mergeCommitOf } from '../pull-requests/index.ts';
import { type Account, type PullRequest, type Repository, timestamp } from '../state/index.ts';
import { branchMoved } from './push.ts';

export interface NewPullRequest {
  readonly title: string;
  readonly body: string | null;
  readonly author: Account;
  readonly head: PullRequest['head'];
}

/** Opens a pull request into the default branch. The head's objects come along, also from a fork. */
export async function openPullRequest(
  { world, events }: Site,
  repository: Repository,
  { title, body, author, head }: NewPullRequest,
): Promise<PullRequest> {
  const { git, defaultBranch } = repository;
  const tip = await git.resolve(`heads/${defaultBranch}`);
  if (!tip) throw new Error(`${repository.name} has no branch ${defaultBranch}`);
  repository.lastNumber += 1;
  const number = repository.lastNumber;
  await git.fetch(head.repository.git, head.sha, `refs/pull/${number}/head`);
  const now = timestamp();
  const pull: PullRequest = {
    id: world.nextId(),
    number,
    title,
    body,
    author,
    head,
    base: { repository, ref: defaultBranch, sha: tip },
    createdAt: now,
    updatedAt: now,
    closedAt: null,
    merged: undefined,
  };
  repository.pulls.set(number, pull);
  await events.pullRequest('opened', pull, author);
  return pull;
}

/** @throws {Error} when it conflicts with its base */
export async function mergePullRequest(
  site: Site,
  pull: PullRequest,
  sender: Account,
  method: 'merge' | 'squash',
): Promise<string> {
  const { base, head, number, title } = pull;
  const message =
    method === 'merge'
      ? `Merge pull request #${number} from ${head.repository.owner.login}/${head.ref}\n\n${title}`
      : `${title} (#${number})`;
  const { git } = base.repository;
  const ref = `refs/heads/${base.ref}`;
  const before = await git.resolve(`heads/${base.ref}`);
  const after = await mergeCommitOf(pull, message, method);
  if (!after) throw new Error(`Pull request #${number} conflicts with ${base.ref}`);
  await git.setReference(ref, after);
  pull.merged = { at: timestamp(), by: sender, commit: after };
  await closePullRequest(site, pull, sender);
  await branchMoved(site, base.repository, { ref, before, after, forced: false }, sender);
  return after;
}

export async function closePullRequest(
  { events }: Site,
  pull: PullRequest,
  sender: Account,
): Promise<void> {
  pull.closedAt = timestamp();
  pull.updatedAt = pull.closedAt;
  await events.pullRequest('closed', pull, sender);
}

/** @throws {Error} when it is merged */
export async function reopenPullRequest(
  { events }: Site,
  pull: PullRequest,
  sender: Account,
): Promise<void> {
  if (pull.merged) throw new Error(`Pull request #${pull.number} is merged`);
  pull.closedAt = null;
  pull.updatedAt = timestamp();
  await events.pullRequest('reopened', pull, sender);
}
