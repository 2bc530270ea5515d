import { waitFor } from '../net/index.ts';
import type { RemoteGitHub } from './remote-github.ts';

const patience = 10_000;

export type CheckRun = Awaited<ReturnType<RemoteGitHub['checkRuns']>>[number];
type Comment = Awaited<ReturnType<RemoteGitHub['comments']>>[number];

/** Waits until the bot's check of a commit has come to its end. */
export async function completedCheck(
  github: RemoteGitHub,
  head: string,
  signal?: AbortSignal,
): Promise<CheckRun> {
  const look = async () => {
    const runs = await github.checkRuns(head);
    return runs.find(({ status }) => status === 'completed');
  };
  return waitFor(`the check of ${head}`, look, { deadline: patience, signal });
}

/** Waits until the bot has commented on a pull request about a commit of it; gives that, and all its comments there. */
export async function botComments(
  github: RemoteGitHub,
  { number, head }: { readonly number: number; readonly head: string },
  signal?: AbortSignal,
): Promise<{ about: Comment; all: Comment[] }> {
  const look = async () => {
    const all = (await github.comments(number)).filter(({ viaApp }) => viaApp);
    const about = all.find((comment) => isAbout(comment, head));
    return about && { about, all };
  };
  return waitFor(`a comment about ${head}`, look, { deadline: patience, signal });
}

/** Whether a comment is about a commit: its footer names it. */
function isAbout({ body }: Comment, head: string): boolean {
  return body.includes(head.slice(0, 12));
}

/** Waits until GitHub shows that a commit is deployed everywhere. */
export async function successfulDeployment(
  github: RemoteGitHub,
  commit: string,
  signal?: AbortSignal,
) {
  const look = async () => {
    const found = (await github.deployments()).find(({ sha }) => sha === commit);
    return found?.statuses.at(-1)?.state === 'success' && found;
  };
  return waitFor(`a successful deployment of ${commit}`, look, { deadline: patience, signal });
}
