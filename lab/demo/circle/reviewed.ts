import { waitFor } from '../../net/index.ts';
import type { PullRequest, Stage } from '../step.ts';
import { controlOf } from './control-of.ts';

const patience = 10_000;

type GitHub = ReturnType<typeof controlOf>['github'];
export type CheckRun = Awaited<ReturnType<GitHub['checkRuns']>>[number];
type Comment = Awaited<ReturnType<GitHub['comments']>>[number];

/** Waits until the bot's check of a commit has come to its end. */
export async function checkOfHead(stage: Stage, head: string): Promise<CheckRun> {
  const { github } = controlOf(stage);
  const look = async () => {
    const runs = await github.checkRuns(head);
    return runs.find(({ status }) => status === 'completed');
  };
  return waitFor(`the check of ${head}`, look, { deadline: patience, signal: stage.signal });
}

/** The bot's comments on a pull request. */
export async function botComments(stage: Stage, { number }: PullRequest): Promise<Comment[]> {
  const comments = await controlOf(stage).github.comments(number);
  return comments.filter(({ viaApp }) => viaApp);
}

/** Whether a comment is about a commit: its footer names it. */
export function isAbout({ body }: Comment, head: string): boolean {
  return body.includes(head.slice(0, 12));
}

/** How a check stands on GitHub, for a reader. */
export function checkLine({ name, status, conclusion, output, headSha }: CheckRun): string {
  return `check "${name}" of ${headSha.slice(0, 7)}: ${conclusion ?? status}, “${output.title}”`;
}
