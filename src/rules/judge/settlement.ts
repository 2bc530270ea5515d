import type { Mode } from '../../policy/index.ts';
import type { Verdict } from '../flow.ts';
import type { Reason } from '../reasons.ts';

export type Outcome = Omit<Verdict, 'mode'>;

/** Who says something; `observer` is a guardrail in audit, which decides nothing (rule D6). */
export type Speaker = 'guardrail' | 'observer' | 'policy';

/**
 * Turns what matches, in the order of precedence, into an outcome: the first match that binds decides, and what an audit
 * guardrail says before it is noted. An agent in audit is not dropped by its own denies or by default (rule D6).
 */
export class Settlement {
  readonly #mode: Mode;
  #noted: string | null = null;

  constructor(mode: Mode) {
    this.#mode = mode;
  }

  /** The outcome, unless it is an observer who speaks. */
  allow(by: Speaker, clause: string | null): Outcome | undefined {
    if (by === 'observer') return this.#note(clause);
    return { decision: 'allow', reason: 'allowed', clause, noted: this.#noted };
  }

  /** As {@link allow}; a guardrail's denial stands, that of the agent's own rules is a remark in audit. */
  deny(by: Speaker, reason: Reason, clause: string | null): Outcome | undefined {
    if (by === 'observer') return this.#note(clause);
    if (by === 'policy') return this.refuse(reason, clause);
    return { decision: 'deny', reason, clause, noted: this.#noted };
  }

  /** A denial that audit mode turns into a remark. */
  refuse(reason: Reason, clause: string | null): Outcome {
    const noted = this.#noted;
    return this.#mode === 'audit'
      ? { decision: 'allow', reason: 'would-deny', clause, noted }
      : { decision: 'deny', reason, clause, noted };
  }

  #note(clause: string | null): undefined {
    this.#noted ??= clause;
  }
}
