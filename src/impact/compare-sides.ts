import type { Verdict } from '../rules/index.ts';
import { kindOfChange } from './kind-of-change.ts';
import type { SentFlow, Side } from './side.ts';
import type { Sides } from './sides.ts';
import type { ChangeKind, Outcome } from './simulation.ts';
import { everyWay, type PossibleFlow, type Recorded, type Unrecorded } from './unrecorded/index.ts';

export interface Comparison {
  readonly kind: ChangeKind | 'unchanged';
  /** `null` where undetermined. */
  readonly before: Outcome | null;
  readonly after: Outcome | null;
  /** What was not recorded and makes the difference; `null` unless undetermined. */
  readonly dependsOn: Unrecorded | null;
}

/**
 * Judges a flow by the rules before and after. Undetermined unless all that it may have been, as far as it was not
 * recorded, gives one kind of change.
 */
export function compareSides(sides: Sides, flow: SentFlow, recorded: Recorded): Comparison {
  const { before, after } = sides;
  if (!sides.areAlikeFor(flow)) {
    const kindOf = (possible: PossibleFlow) =>
      kindOfChange(judge(before, flow, possible), judge(after, flow, possible));
    const found = everyWay(recorded, kindOf);
    if ('hingesOn' in found) {
      return { kind: 'undetermined', before: null, after: null, dependsOn: found.hingesOn };
    }
  }
  const outcomes = { before: judge(before, flow), after: judge(after, flow) };
  return { kind: kindOfChange(outcomes.before, outcomes.after), ...outcomes, dependsOn: null };
}

function judge(side: Side, flow: SentFlow, possible?: PossibleFlow): Outcome {
  const traits = possible?.traits((clause) => side.budgetOf(clause));
  const { decision, reason, clause }: Verdict = side.decide(flow, traits);
  return { decision, reason, clause };
}
