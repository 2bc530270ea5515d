import type { Atoms } from '../atoms/index.ts';
import { changedRules, type Lowering, type Rule, RuleList } from '../model/index.ts';
import type { ReachChange } from '../reach-diff.ts';
import type { Region } from '../region.ts';
import type { Box } from '../sets/index.ts';
import { mergeBoxes, regionsOf, type Scope } from '../terms/index.ts';
import { type Attributed, attribute, type Senders } from './attribution.ts';
import { type Decider, differences } from './one-way.ts';

/** What one side says of flows between two parties. */
export interface SideRules {
  readonly rules: readonly Rule[];
  /** What must let in too; absent: nothing need. */
  readonly admission?: readonly Rule[];
  /** Its default says why nothing allows a flow. */
  readonly sender: Senders['allowing'];
}

/** Flows between two parties before and after, on common ground. */
export interface Comparison {
  readonly direction: ReachChange['direction'];
  readonly lowering: Lowering;
  readonly before: SideRules;
  readonly after: SideRules;
  /** Disjoint; all flows that are compared. */
  readonly universe: readonly Box[];
  readonly scope: Scope;
  /** A box as it is told, if it has a flow at all. */
  feasible(box: Box): Box | undefined;
}

/** The exact changes; regions are disjoint. */
export function compareSides(comparison: Comparison): ReachChange[] {
  const { before, after } = deciders(comparison);
  if (before.changed.size + after.changed.size === 0) return [];
  return [
    ...oneWay(comparison, 'unreachable', before, after),
    ...oneWay(comparison, 'reachable', after, before),
  ];
}

function deciders({ before, after }: Comparison): { before: Decider; after: Decider } {
  const main = changedRules(before.rules, after.rules);
  const letIn = changedRules(before.admission ?? [], after.admission ?? []);
  const decider = (side: SideRules, changed: Iterable<Rule>): Decider => ({
    rules: new RuleList(side.rules),
    ...(side.admission ? { admission: new RuleList(side.admission) } : {}),
    changed: new Set(changed),
  });
  return {
    before: decider(before, [...main.before, ...letIn.before]),
    after: decider(after, [...main.after, ...letIn.after]),
  };
}

function oneWay(
  comparison: Comparison,
  change: ReachChange['change'],
  allowing: Decider,
  denying: Decider,
): ReachChange[] {
  const { before, after, lowering, universe, direction } = comparison;
  const isGain = change === 'reachable';
  const senders = isGain
    ? { allowing: after.sender, denying: before.sender }
    : { allowing: before.sender, denying: after.sender };
  const sides = isGain
    ? ({ allowing: 'after', denying: 'before' } as const)
    : ({ allowing: 'before', denying: 'after' } as const);
  const groups = new Map<string, { readonly like: Attributed; readonly boxes: Box[] }>();
  differences(allowing, denying, universe, (difference) => {
    for (const found of attribute(lowering, senders, sides, difference)) {
      const box = comparison.feasible(found.box);
      if (!box) continue;
      const key = JSON.stringify([found.allow, found.deny, found.budget]);
      const group = groups.get(key);
      if (group) group.boxes.push(box);
      else groups.set(key, { like: found, boxes: [box] });
    }
  });
  return [...groups.values()].map(({ like: { allow, deny, budget }, boxes }) => ({
    direction,
    change,
    before: isGain ? deny : allow,
    after: isGain ? allow : deny,
    regions: mergeBoxes(boxes).flatMap((box) =>
      inWords(lowering.atoms, box, comparison.scope, budget),
    ),
  }));
}

function inWords(atoms: Atoms, box: Box, scope: Scope, budget: Attributed['budget']): Region[] {
  const regions = regionsOf(atoms, box, scope);
  return budget.length === 0 ? regions : regions.map((region) => ({ ...region, budget }));
}
