import type { LabState } from '../instance/index.ts';
import type { Instance } from '../net/index.ts';
import type { Session } from '../scenarios/index.ts';
import type { Check } from './report.ts';

/** What the steps of the story work on. */
export interface Stage {
  readonly instance: Instance;
  readonly signal: AbortSignal;
  /** The lab, once it is up. */
  lab?: LabState;
  /** A connection that is open across several steps. */
  session?: Session;
}

/** What a step has found. */
export interface StepResult {
  readonly checks: readonly Check[];
  readonly figures?: Readonly<Record<string, number>>;
}

export interface Step {
  readonly name: string;
  readonly title: string;
  /** The story ends when this fails: nothing after it could mean anything. */
  readonly vital?: true;
  run(stage: Stage): Promise<StepResult>;
}
