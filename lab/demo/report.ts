/** One thing that must hold, and what shows whether it does. */
export interface Check {
  readonly says: string;
  readonly ok: boolean;
  readonly ms?: number;
  /** What was run and what came of it. */
  readonly evidence: readonly string[];
}

/** A text that a step has led to, worth reading as a whole. */
export interface Exhibit {
  readonly title: string;
  readonly markdown: string;
}

export interface StepReport {
  readonly name: string;
  readonly title: string;
  readonly ok: boolean;
  readonly ms: number;
  readonly checks: readonly Check[];
  /** Measured values, in milliseconds unless the name says otherwise. */
  readonly figures: Readonly<Record<string, number>>;
  readonly exhibits: readonly Exhibit[];
  /** Why the step could not be carried out. */
  readonly error?: string;
}

export interface DemoReport {
  readonly ok: boolean;
  /** The user ended it before its end. */
  readonly interrupted: boolean;
  readonly ms: number;
  /** From the server's receipt of the webhook of a merge to the first packets with the changed verdicts. */
  readonly mergeToEnforcedMs?: number;
  readonly steps: readonly StepReport[];
}
