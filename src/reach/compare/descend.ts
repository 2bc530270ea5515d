import type { Rule, RuleList } from '../model/index.ts';
import {
  alwaysHits,
  avoidHits,
  type Box,
  coversButNames,
  type IntSet,
  intersectBoxes,
  mayMeet,
  subtractBox,
  unionOf,
} from '../sets/index.ts';

/** Who is told where the points of a box go. */
export interface Visitor {
  /** Whether {@link hit} is to be called for the rule. */
  heeds(rule: Rule): boolean;
  hit(rule: Rule, box: Box): void;
  /** Points that no rule of the range holds. */
  rest(box: Box): void;
}

/** Leads a box down a range of the list: each of its points goes to the first rule that holds it. The boxes told are disjoint. */
export function descend(list: RuleList, box: Box, visitor: Visitor, from = 0, to = list.end): void {
  let current: Box | undefined = box;
  // Names to be avoided from here on: thousands of hosts would each make a longer list of those before.
  let passed: IntSet[] = [];
  const settle = () => {
    if (passed.length === 0 || !current) return;
    const names = avoidHits(current.names, unionOf(passed), false);
    current = names && { ...current, names };
    passed = [];
  };
  for (let i = list.nextThatMeets(box, from, to); i < to; ) {
    const { rule, box: hole } = list.entries[i] as { rule: Rule; box: Box };
    const [name] = hole.names.need;
    if (rule.unless.length > 0 || visitor.heeds(rule) || !coversButNames(hole, current)) settle();
    if (!current) return;
    if (rule.unless.length > 0) {
      for (const part of pass(current, rule, hole, visitor))
        descend(list, part, visitor, i + 1, to);
      return;
    }
    if (visitor.heeds(rule)) {
      const inside = intersectBoxes(current, hole);
      if (inside) visitor.hit(rule, inside);
    }
    if (coversButNames(hole, current)) {
      if (!name || alwaysHits(current.names, name)) return;
      passed.push(name);
    } else {
      const [first, ...others] = subtractBox(current, hole);
      for (const part of others) descend(list, part, visitor, i + 1, to);
      current = first;
    }
    if (!current) return;
    i = list.nextThatMeets(current, i + 1, to);
  }
  settle();
  if (current) visitor.rest(current);
}

/** A rule with exceptions: tells what it holds, and returns what goes on. */
function pass(box: Box, rule: Rule, hole: Box, visitor: Visitor): Box[] {
  const inside = intersectBoxes(box, hole);
  if (!inside) return [box];
  let held = [inside];
  const spared: Box[] = [];
  for (const exception of rule.unless) {
    held = held.flatMap((part) => {
      if (!mayMeet(part, exception)) return [part];
      const common = intersectBoxes(part, exception);
      if (common) spared.push(common);
      return subtractBox(part, exception);
    });
  }
  if (visitor.heeds(rule)) for (const part of held) visitor.hit(rule, part);
  return [...subtractBox(box, hole), ...spared];
}
