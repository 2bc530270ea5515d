import type { NameNode, Period } from '../atoms/index.ts';
import { changedRules, type Party, type Rule, RuleList } from '../model/index.ts';
import type { QuestionChange, QuestionRegion } from '../reach-diff.ts';
import {
  type Box,
  type IntSet,
  intersect,
  interval,
  sameSet,
  setOf,
  unionOf,
} from '../sets/index.ts';
import { mergeBoxes, nameTerms, timeTerms } from '../terms/index.ts';
import { differences } from './one-way.ts';
import { longestName, type QuestionGround, questionGround, textTypes } from './question-ground.ts';
import { questionRules } from './question-rules.ts';

/** Every DNS question of an agent that is decided otherwise (rule N2). */
export function questionChanges(
  period: Period,
  before: Party | undefined,
  after: Party | undefined,
): QuestionChange[] {
  const ground = questionGround(period, [before, after]);
  const rules = { before: questionRules(ground, before), after: questionRules(ground, after) };
  const changed = changedRules(rules.before, rules.after);
  if (changed.before.size + changed.after.size === 0) return [];
  const old = { rules: new RuleList(rules.before), changed: changed.before };
  const now = { rules: new RuleList(rules.after), changed: changed.after };
  const universe = universeOf(ground);
  const collect = (change: QuestionChange['change']) => {
    const isGain = change === 'askable';
    const groups = new Map<string, { allow: Rule; deny: Rule; boxes: Box[] }>();
    differences(isGain ? now : old, isGain ? old : now, universe, ({ part, allow, deny }) => {
      const { box } = part;
      if (!deny) return;
      const key = JSON.stringify([allow.deciding, deny.deciding]);
      const group = groups.get(key);
      if (group) group.boxes.push(box);
      else groups.set(key, { allow, deny, boxes: [box] });
    });
    const changes = [...groups.values()].map(
      ({ allow, deny, boxes }): QuestionChange => ({
        change,
        before: isGain ? deny.deciding : allow.deciding,
        after: isGain ? allow.deciding : deny.deciding,
        regions: ofAllLengths(ground, mergeBoxes(boxes)).map((box) => inWords(ground, box)),
      }),
    );
    return changes.toSorted((a, b) => rankOf(a) - rankOf(b));
  };
  return [...collect('refused'), ...collect('askable')];
}

/** Questions for addresses come first: they are what a name is asked for. */
function rankOf({ regions: [first] }: QuestionChange): number {
  return ['any', 'address', 'text'].indexOf(first?.types ?? 'any');
}

/** For each class of lengths the names that have such a length. */
function universeOf(ground: QuestionGround): Box[] {
  return ground.lengths.map((_length, i) => ({
    ...ground.everything,
    peer: interval(i, i + 1),
    sni: namesOfLength(ground, i),
  }));
}

function namesOfLength({ atoms, lengths }: QuestionGround, index: number): IntSet {
  const from = (lengths[index - 1] ?? 0) + 1;
  const to = lengths[index] ?? longestName;
  const fits = (shortest: number, most: number) => shortest <= to && most >= from;
  const ids: number[] = [atoms.names.root.exact];
  const visit = ({ suffix, exact, ordered }: NameNode) => {
    const { length } = suffix;
    if (fits(length, length)) ids.push(exact);
    if (fits(length + 2, length + 64)) ids.push(exact + 1);
    if (fits(length + 4, longestName)) ids.push(exact + 2);
    for (const child of ordered) visit(child);
  };
  for (const child of atoms.names.root.ordered) visit(child);
  return setOf(ids.map((id) => [id, id + 1] as const));
}

/** Boxes that differ in names only as lengths make them do are one box of any length. */
function ofAllLengths(ground: QuestionGround, boxes: readonly Box[]): Box[] {
  const all = ground.everything.peer;
  if (ground.lengths.length === 1) return [...boxes];
  const groups = Map.groupBy(boxes, ({ traffic, time }) => `${traffic.join()}|${time.join()}`);
  return [...groups.values()].flatMap((group) => {
    const names = unionOf(group.map(({ sni }) => sni));
    const isOfAll = ground.lengths.every((_length, i) => {
      const here = group.filter(({ peer }) => intersect(peer, interval(i, i + 1)).length > 0);
      const wanted = intersect(names, namesOfLength(ground, i));
      return sameSet(
        unionOf(here.map(({ sni }) => intersect(sni, namesOfLength(ground, i)))),
        wanted,
      );
    });
    const [first] = group;
    return isOfAll && first ? [{ ...first, peer: all, sni: names }] : group;
  });
}

function inWords({ atoms, everything, lengths }: QuestionGround, box: Box): QuestionRegion {
  const first = box.peer[0] ?? 0;
  const last = (box.peer.at(-1) ?? lengths.length) - 1;
  const isOfAll = sameSet(box.peer, everything.peer);
  const types = sameSet(box.traffic, everything.traffic)
    ? 'any'
    : sameSet(box.traffic, textTypes)
      ? 'text'
      : 'address';
  return {
    names: nameTerms(atoms.names, box.sni),
    types,
    ...(isOfAll
      ? {}
      : { length: { from: (lengths[first - 1] ?? 0) + 1, to: lengths[last] ?? longestName } }),
    ...(sameSet(box.time, everything.time) ? {} : { time: timeTerms(atoms.times, box.time) }),
  };
}
