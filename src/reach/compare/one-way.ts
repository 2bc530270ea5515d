import {
  canAllow,
  canDeny,
  type Rule,
  type RuleList,
  type SpendableBudget,
} from '../model/index.ts';
import { type Box, intersectBoxes, mayMeet, subtractBoxes } from '../sets/index.ts';
import { descend, type Part } from './descend.ts';

/** All that one side, before or after, says of flows between two parties. */
export interface Decider {
  /** What decides first, down to a default that holds everything. */
  readonly rules: RuleList;
  /** What must then let in too; undefined: everything is let in. */
  readonly admission?: RuleList;
  /** Rules of either list that the other side does not have, or not in this order. */
  readonly changed: ReadonlySet<Rule>;
}

/** Points that one side lets through and the other does not. */
export interface Difference {
  readonly part: Part;
  /** What lets them through, and lets them in. */
  readonly allow: Rule;
  readonly admission: Rule | undefined;
  /** What denies them; undefined: nothing lets them in. */
  readonly deny: Rule | undefined;
  /** States of budgets without which it would be otherwise. */
  readonly unspent?: SpendableBudget;
  readonly denySpent?: SpendableBudget;
  readonly denyUnspent?: SpendableBudget;
}

/**
 * Every point of the universe that `allowing` lets through and `denying` does not, in disjoint parts. One may be empty.
 * @param universe Disjoint boxes.
 */
export function differences(
  allowing: Decider,
  denying: Decider,
  universe: readonly Box[],
  found: (difference: Difference) => void,
): void {
  const { rules } = allowing;
  const isKept = (rule: Rule) => canAllow(rule) && !allowing.changed.has(rule);
  const scope = rules.rules.some(isKept) ? scopeOfUnchanged(allowing, denying) : [];
  for (const [i, { rule, box }] of rules.entries.entries()) {
    if (!canAllow(rule)) continue;
    const isChanged = allowing.changed.has(rule);
    if (!isChanged && scope.length === 0) continue;
    const seeds = isChanged ? [box] : meetAll([box], scope);
    for (const seed of meetAll(seeds, universe)) {
      for (const own of subtractBoxes(seed, rule.unless)) {
        const rest = (part: Part) => admit(allowing, rule, part, denying, found);
        descend(rules, { box: own, apart: [] }, { ...heedless, rest }, 0, i);
      }
    }
  }
}

/**
 * Where a rule that both sides have can make a difference at all, in disjoint boxes: in what changed before it on the
 * denying side, in what is let in now and was not, and where an exception to a deny is new.
 */
function scopeOfUnchanged(allowing: Decider, denying: Decider): Box[] {
  const admitting = new Set(allowing.admission?.rules);
  const sources = [
    ...[...denying.changed].filter((rule) => canDeny(rule) && !rule.isDefault),
    ...[...allowing.changed].filter((rule) => rule.isExemption || admitting.has(rule)),
  ].flatMap(({ boxes }) => boxes);
  const disjoint: Box[] = [];
  for (const [i, box] of sources.entries()) {
    disjoint.push(...subtractBoxes(box, sources.slice(0, i)));
  }
  return disjoint;
}

function meetAll(boxes: readonly Box[], others: readonly Box[]): Box[] {
  return boxes.flatMap((box) =>
    others.flatMap((other) => {
      const common = mayMeet(box, other) ? intersectBoxes(box, other) : undefined;
      return common ? [common] : [];
    }),
  );
}

function admit(
  { admission }: Decider,
  allow: Rule,
  part: Part,
  denying: Decider,
  found: (difference: Difference) => void,
): void {
  const unspent = allow.budget ? { unspent: allow.budget } : {};
  const compare = (entering: Part, letIn: Rule | undefined) => {
    deniedParts(denying, entering, (deny) => {
      const difference = { allow, admission: letIn, ...unspent, ...deny };
      if (isPossible(difference)) found(difference);
    });
  };
  if (!admission) {
    compare(part, undefined);
    return;
  }
  const hit = (letIn: Rule, entering: Part) => compare(entering, letIn);
  descend(admission, part, { heeds: () => true, hit, rest: () => {} });
}

const heedless = { heeds: () => false, hit: () => {} };

type Denial = Pick<Difference, 'part' | 'deny' | 'denySpent' | 'denyUnspent'>;

function deniedParts(
  { rules, admission }: Decider,
  whole: Part,
  found: (denial: Denial) => void,
): void {
  const hit = (rule: Rule, part: Part) => {
    if (!canAllow(rule)) {
      found({ part, deny: rule });
      return;
    }
    const { budget } = rule;
    if (budget) found({ part, deny: rule, denySpent: budget });
    if (!admission) return;
    const state = budget ? { denyUnspent: budget } : {};
    const rest = (shut: Part) => found({ part: shut, deny: undefined, ...state });
    descend(admission, part, { ...heedless, rest });
  };
  const heeds = (rule: Rule) => canDeny(rule) || admission !== undefined;
  descend(rules, whole, { heeds, hit, rest: () => {} });
}

/** Of one clause, what was counted in an hour was counted in its day too: the budgets of both sides go together. */
function isPossible({ unspent, denySpent }: Difference): boolean {
  if (!unspent || !denySpent || unspent.clause !== denySpent.clause) return true;
  const isCountedInBoth = spans[denySpent.per].some((per) => per === unspent.per);
  return !isCountedInBoth || denySpent.bytes < unspent.bytes;
}

/** Periods that hold the whole of each period. */
const spans = {
  hour: ['hour', 'day', 'week', 'month'],
  day: ['day', 'week', 'month'],
  week: ['week'],
  month: ['month'],
} as const;
