import type { Files } from '../git/index.ts';
import type { Site } from '../http/index.ts';
import { type Account, type Repository, timestamp } from '../state/index.ts';

export interface PushOptions {
  readonly message?: string;
  /** The login of who pushes; `octocat` unless told. */
  readonly by?: string;
  /** Replaces the branch by the files on top of the default branch, as a force push after a rebase does. */
  readonly force?: boolean;
}

/** Who does what nobody is named for. */
export const PERSON = 'octocat';

/** Commits files on a branch, from the default branch where it is new, and tells what follows from it. */
export async function pushFiles(
  site: Site,
  repository: Repository,
  branch: string,
  files: Files,
  { by = PERSON, force = false, message }: PushOptions,
): Promise<string> {
  const { git, defaultBranch } = repository;
  const before = await git.resolve(`heads/${branch}`);
  const start = await git.resolve(`heads/${defaultBranch}`);
  const after = await git.commit({
    branch,
    parent: force ? start : (before ?? start),
    message: message ?? `Update ${Object.keys(files).join(', ')}`,
    author: { name: by, email: `${by}@example.com` },
    time: Math.floor(Date.now() / 1000),
    files,
  });
  const push = {
    ref: `refs/heads/${branch}`,
    before,
    after,
    forced: force && before !== undefined,
  };
  await branchMoved(site, repository, push, site.world.account(by, 'User'));
  return after;
}

/** What follows from a branch that moved: the push event, and a new head of its open pull requests. */
export async function branchMoved(
  { world, events }: Site,
  repository: Repository,
  push: Parameters<Site['events']['push']>[1],
  sender: Account,
): Promise<void> {
  repository.pushedAt = timestamp();
  await events.push(repository, push, sender);
  for (const pull of world.pullRequests()) {
    const { head, base, number } = pull;
    const concerned =
      pull.closedAt === null &&
      head.repository === repository &&
      `refs/heads/${head.ref}` === push.ref;
    if (!concerned) continue;
    const before = head.sha;
    const target = base.repository.git;
    await target.fetch(repository.git, push.after, `refs/pull/${number}/head`);
    head.sha = push.after;
    base.sha = (await target.resolve(`heads/${base.ref}`)) ?? base.sha;
    pull.updatedAt = timestamp();
    await events.pullRequest('synchronize', pull, sender, { before, after: push.after });
  }
}
