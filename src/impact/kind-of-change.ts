import type { ChangeKind, Outcome } from './simulation.ts';

/** How one flow fares under the rules before and after. */
export function kindOfChange(before: Outcome, after: Outcome): ChangeKind | 'unchanged' {
  if (before.decision !== after.decision) {
    return after.decision === 'allow' ? 'newlyAllowed' : 'newlyDenied';
  }
  const reported = [before, after].map(({ reason }) => reason === 'would-deny');
  if (reported[0] === reported[1]) return 'unchanged';
  return reported[1] ? 'newlyWouldDeny' : 'noLongerWouldDeny';
}
