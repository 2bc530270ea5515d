import type { Flow, Verdict } from '../rules/index.ts';
import { kindOfChange } from './kind-of-change.ts';
import { possibleNames } from './possible-names.ts';
import type { Side } from './side.ts';
import type { ChangeKind, Outcome } from './simulation.ts';

export interface Comparison {
  readonly kind: ChangeKind | 'unchanged';
  /** `null` where undetermined. */
  readonly before: Outcome | null;
  readonly after: Outcome | null;
}

/** Judges a flow by the rules before and after. */
export function compareSides(before: Side, after: Side, flow: Flow): Comparison {
  const outcomes = { before: outcomeOf(before.decide(flow)), after: outcomeOf(after.decide(flow)) };
  return { kind: kindOfChange(outcomes.before, outcomes.after), ...outcomes };
}

const undetermined: Comparison = { kind: 'undetermined', before: null, after: null };
/** Keeps the work for one flow small where policies are very large; beyond, it counts as undetermined. */
const mostPairs = 4096;

/**
 * As {@link compareSides}, for a flow of `agent` whose names were not recorded: undetermined unless all that it might
 * have been called gives one kind of change. Each side is decided by the first clause that matches, so by one name; so
 * two names do to both sides what any set of names can. Two that do the same alone do the same together.
 */
export function compareUnnamed(before: Side, after: Side, flow: Flow, agent: string): Comparison {
  const compare = (...names: string[]) => compareSides(before, after, { ...flow, names });
  const nameless = compare();
  const clauses = [...before.hostClauses(agent), ...after.hostClauses(agent)];
  const groups = new Map<string, string[]>();
  for (const name of possibleNames(clauses, flow)) {
    const alone = compare(name);
    if (alone.kind !== nameless.kind) return undetermined;
    const group = groups.get(effectOf(alone)) ?? [];
    group.push(name);
    groups.set(effectOf(alone), group);
  }
  let pairs = 0;
  for (const pair of pairsAcross([...groups.values()])) {
    if (++pairs > mostPairs || compare(...pair).kind !== nameless.kind) return undetermined;
  }
  return nameless;
}

/** All that the kind of a change depends on. */
function effectOf({ before, after }: Comparison): string {
  const effects = [before, after].map((outcome) =>
    outcome?.reason === 'would-deny' ? 'report' : outcome?.decision,
  );
  return effects.join();
}

function* pairsAcross(groups: readonly (readonly string[])[]): Generator<[string, string]> {
  for (const [i, group] of groups.entries()) {
    const others = groups.slice(i + 1).flat();
    for (const one of group) for (const other of others) yield [one, other];
  }
}

function outcomeOf({ decision, reason, clause }: Verdict): Outcome {
  return { decision, reason, clause };
}
