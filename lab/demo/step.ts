import type { ControlPlane } from '../control/index.ts';
import type { LabState } from '../instance/index.ts';
import type { Instance } from '../net/index.ts';
import type { Session } from '../scenarios/index.ts';
import type { Check, Exhibit } from './report.ts';

/** What the steps of the story work on. */
export interface Stage {
  readonly instance: Instance;
  readonly signal: AbortSignal;
  /** The lab, once it is up. */
  lab?: LabState;
  /** A connection that is open across several steps. */
  session?: Session;
  /** Bot and GitHub, where the story has them. */
  control?: ControlPlane;
  /** The pull request that the story is at. */
  pullRequest?: PullRequest;
  /** The commit whose rules are in force, where they come from a commit. */
  commit?: string;
}

export interface PullRequest {
  readonly number: number;
  /** Commit. */
  readonly head: string;
}

/** What a step has found. */
export interface StepResult {
  readonly checks: readonly Check[];
  readonly figures?: Readonly<Record<string, number>>;
  readonly exhibits?: readonly Exhibit[];
}

export interface Step {
  readonly name: string;
  readonly title: string;
  /** The story ends when this fails: nothing after it could mean anything. */
  readonly vital?: true;
  run(stage: Stage): Promise<StepResult>;
}
