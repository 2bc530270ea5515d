import { descend, type Part } from '../compare/index.ts';
import type { Rule, RuleList } from '../model/index.ts';
import { type Box, escapes, escaping, mayMeet, subtractBox } from '../sets/index.ts';

/** Whether the clause keeps another rule from holding some point. */
export function isException(rule: Rule, box: Box, rules: readonly Rule[]): boolean {
  return (
    rule.deciding.decision === 'allow' &&
    rules.some(
      (other) => other.unless.includes(box) && other.boxes.some((one) => mayMeet(box, one)),
    )
  );
}

/** Whether some point of the parts is the first to be held by an entry. */
export function decides(
  list: RuleList,
  parts: readonly Box[],
  to: number,
  feasible: (box: Box) => Box | undefined,
): boolean {
  return parts.some((part) => {
    // Mostly a look is enough; where it finds nothing, exceptions to what comes before may leave something.
    const found = escaping(part, boxesBefore(list, part, to));
    if (found && feasible(found)) return true;
    let isFirst = false;
    const rest = ({ box, apart }: Part) => {
      isFirst ||=
        feasible(box) !== undefined &&
        escapes(
          box,
          apart.map((entry) => entry.box),
        );
    };
    descend(list, { box: part, apart: [] }, { heeds: () => false, hit: () => {}, rest }, 0, to);
    return isFirst;
  });
}

function boxesBefore(list: RuleList, part: Box, to: number): Box[] {
  const boxes: Box[] = [];
  for (let i = list.nextThatMeets(part, 0, to); i < to; i = list.nextThatMeets(part, i + 1, to)) {
    boxes.push((list.entries[i] as RuleList['entries'][number]).box);
  }
  return boxes;
}

/** Clauses that decide on all of the parts before an entry: one, if one alone does. */
export function shadowsOf(
  clause: string,
  list: RuleList,
  parts: readonly Box[],
  to: number,
): ReadonlySet<string> {
  const by = new Set<string>();
  const alone = list.entries
    .slice(0, to)
    .find(
      ({ rule, box }) => rule.unless.length === 0 && parts.every((part) => isCovered(part, box)),
    );
  const hit = ({ deciding }: Rule) => {
    if (deciding.clause !== null && deciding.clause !== clause) by.add(deciding.clause);
  };
  if (alone) hit(alone.rule);
  else {
    for (const part of parts) {
      descend(list, { box: part, apart: [] }, { heeds: () => true, hit, rest: () => {} }, 0, to);
    }
  }
  return by;
}

function isCovered(part: Box, box: Box): boolean {
  return mayMeet(part, box) && subtractBox(part, box).length === 0;
}
