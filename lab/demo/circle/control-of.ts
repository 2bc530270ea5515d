import type { ControlPlane } from '../../control/index.ts';
import type { PullRequest, Stage } from '../step.ts';

/** @throws {Error} when an earlier step has failed to bring it up. */
export function controlOf({ control }: Stage): ControlPlane {
  if (!control) throw new Error('bot and GitHub are not up');
  return control;
}

/** @throws {Error} when an earlier step has failed to open it. */
export function pullRequestOf({ pullRequest }: Stage): PullRequest {
  if (!pullRequest) throw new Error('the pull request is not open');
  return pullRequest;
}
