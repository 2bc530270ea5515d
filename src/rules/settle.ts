import type { Mode } from '../policy/index.ts';
import type { Verdict } from './flow.ts';
import type { Match } from './matches.ts';
import type { Reason } from './reasons.ts';

export type Outcome = Omit<Verdict, 'mode'>;

/**
 * The first match that binds decides; what an audit guardrail says before it is noted. An agent in audit is not dropped
 * by its own denies or by default (rule D6).
 * @param otherwise The reason where nothing matches.
 */
export function settle(matches: Iterable<Match>, mode: Mode, otherwise: Reason): Outcome {
  let noted: string | null = null;
  for (const { effect, clause, by } of matches) {
    if (by === 'observer') noted ??= clause;
    else if (effect === 'allow') return { decision: 'allow', reason: 'allowed', clause, noted };
    else if (by === 'guardrail') return { decision: 'deny', reason: 'denied', clause, noted };
    else return refuse(mode, 'denied', clause, noted);
  }
  return refuse(mode, otherwise, null, noted);
}

/** A denial that audit mode turns into a remark. */
function refuse(mode: Mode, reason: Reason, clause: string | null, noted: string | null): Outcome {
  return mode === 'audit'
    ? { decision: 'allow', reason: 'would-deny', clause, noted }
    : { decision: 'deny', reason, clause, noted };
}
