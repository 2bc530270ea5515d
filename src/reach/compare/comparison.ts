import type { Atoms } from '../atoms/index.ts';
import { changedRules, type Lowering, type Rule, RuleList } from '../model/index.ts';
import type { ReachChange } from '../reach-diff.ts';
import type { ExceptionTerms, Region } from '../region.ts';
import { type Box, escapes, intersectBoxes } from '../sets/index.ts';
import { mergeBoxes, regionsOf, type Scope } from '../terms/index.ts';
import { type Attributed, attribute, type Senders } from './attribution.ts';
import type { Entry, Part } from './descend.ts';
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
  const groups = new Map<string, { readonly like: Attributed; readonly parts: Part[] }>();
  differences(allowing, denying, universe, (difference) => {
    for (const found of attribute(lowering, senders, sides, difference)) {
      const box = comparison.feasible(found.box);
      const part = box && leftOf({ box, apart: difference.part.apart });
      if (!part) continue;
      const key = JSON.stringify([found.allow, found.deny, found.budget]);
      const group = groups.get(key);
      if (group) group.parts.push(part);
      else groups.set(key, { like: found, parts: [part] });
    }
  });
  const exceptions = new Exceptions(lowering.atoms, comparison.scope);
  return [...groups.values()].map(({ like: { allow, deny, budget }, parts }) => ({
    direction,
    change,
    before: isGain ? deny : allow,
    after: isGain ? allow : deny,
    regions: mergeParts(parts).flatMap((part) => inWords(comparison, part, exceptions, budget)),
  }));
}

/** The part with those exceptions only that take points out of it; undefined if they leave none. */
function leftOf({ box, apart }: Part): Part | undefined {
  const near = apart.filter((entry) => intersectBoxes(box, entry.box));
  const holes = near.map((entry) => entry.box);
  return escapes(box, holes) ? { box, apart: near } : undefined;
}

/** Parts with the same exceptions are merged; disjoint ones stay disjoint. */
function mergeParts(parts: readonly Part[]): Part[] {
  const numbers = new Map<Box, number>();
  const numberOf = (box: Box) => {
    const number = numbers.get(box) ?? numbers.size;
    numbers.set(box, number);
    return number;
  };
  const groups = Map.groupBy(parts, ({ apart }) =>
    [...new Set(apart.map(({ box }) => numberOf(box)))].sort((a, b) => a - b).join(),
  );
  return [...groups.values()].flatMap((group) => {
    const apart = group[0]?.apart ?? [];
    return mergeBoxes(group.map(({ box }) => box)).map((box) => ({ box, apart }));
  });
}

function inWords(
  { lowering: { atoms }, scope }: Comparison,
  { box, apart }: Part,
  exceptions: Exceptions,
  budget: Attributed['budget'],
): Region[] {
  const unless = exceptions.of(apart);
  return regionsOf(atoms, box, scope).map((region) => ({
    ...region,
    ...(unless.length > 0 ? { unless } : {}),
    ...(budget.length > 0 ? { budget } : {}),
  }));
}

/** What clauses say, once for all regions that take exception to them. */
class Exceptions {
  readonly #atoms: Atoms;
  readonly #scope: Scope;
  readonly #said = new Map<Box, readonly ExceptionTerms[]>();

  constructor(atoms: Atoms, scope: Scope) {
    this.#atoms = atoms;
    this.#scope = scope;
  }

  of(apart: readonly Entry[]): ExceptionTerms[] {
    const entries = new Map(apart.map((entry) => [entry.box, entry]));
    return [...entries.values()].flatMap(({ box, rule }) => {
      const known = this.#said.get(box);
      if (known) return known;
      const { clause } = rule.deciding;
      const said = regionsOf(this.#atoms, box, this.#scope).map((region) => ({ clause, region }));
      this.#said.set(box, said);
      return said;
    });
  }
}
