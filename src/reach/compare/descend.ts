import { canAllow, type Rule, type RuleList } from '../model/index.ts';
import {
  alwaysHits,
  avoidHits,
  type Box,
  coversBut,
  type IntSet,
  intersectBoxes,
  mayMeet,
  subtract,
  subtractBox,
  unionOf,
} from '../sets/index.ts';

/** A box of a rule. */
export type Entry = RuleList['entries'][number];

/** The points of a box that are in none of the entries. */
export interface Part {
  readonly box: Box;
  /**
   * Allows by host that hold some of the points, where the address has such a name learned too: to cut them out would
   * leave a box for each. There may be no point left; see {@link escapes}.
   */
  readonly apart: readonly Entry[];
}

/** Who is told where the points of a part go. */
export interface Visitor {
  /** Whether {@link hit} is to be called for the rule. */
  heeds(rule: Rule): boolean;
  hit(rule: Rule, part: Part): void;
  /** Points that no rule of the range holds. */
  rest(part: Part): void;
}

/** Leads a part down a range of the list: each of its points goes to the first rule that holds it. The parts told are disjoint. */
export function descend(
  list: RuleList,
  part: Part,
  visitor: Visitor,
  from = 0,
  to = list.end,
): void {
  // Points of these are none of the part’s.
  const gone = new Set(part.apart.map(({ box }) => box));
  goDown(list, part, visitor, from, to, gone);
}

function goDown(
  list: RuleList,
  part: Part,
  visitor: Visitor,
  from: number,
  to: number,
  gone: ReadonlySet<Box>,
): void {
  const apart = [...part.apart];
  let current: Box | undefined = part.box;
  // What is left out from here on: thousands of rules would each make a longer list of those before.
  let names: IntSet[] = [];
  let peers: IntSet[] = [];
  const settle = () => {
    current = current && without(current, names, peers);
    names = [];
    peers = [];
  };
  const goOn = (box: Box, next: number) => goDown(list, { box, apart }, visitor, next, to, gone);
  for (let i = list.nextThatMeets(current, from, to); i < to; ) {
    const entry = list.entries[i] as Entry;
    const { rule, box: hole } = entry;
    const isHeeded = visitor.heeds(rule);
    const [name] = hole.names.need;
    const isBesideNames = coversBut('names', hole, current);
    const isBesidePeers = !isBesideNames && coversBut('peer', hole, current);
    if (!gone.has(hole)) {
      if (rule.unless.length > 0 || isHeeded || !(isBesideNames || isBesidePeers)) settle();
      if (!current) return;
      if (rule.unless.length > 0) {
        for (const box of pass({ box: current, apart }, rule, hole, visitor)) goOn(box, i + 1);
        return;
      }
      if (isHeeded) {
        const inside = intersectBoxes(current, hole);
        if (inside) visitor.hit(rule, { box: inside, apart: [...apart] });
      }
      const isAlways = !name || alwaysHits(current.names, name);
      if (isAlways && isBesideNames) return;
      if (!isAlways && canAllow(rule)) apart.push(entry);
      else if (isBesideNames && name) names.push(name);
      else if (isBesidePeers) peers.push(hole.peer);
      else {
        const [first, ...others] = subtractBox(current, hole);
        for (const box of others) goOn(box, i + 1);
        current = first;
      }
    }
    if (!current) return;
    i = list.nextThatMeets(current, i + 1, to);
  }
  settle();
  if (current) visitor.rest({ box: current, apart });
}

function without(box: Box, names: readonly IntSet[], peers: readonly IntSet[]): Box | undefined {
  const peer = peers.length === 0 ? box.peer : subtract(box.peer, unionOf(peers));
  const left = names.length === 0 ? box.names : avoidHits(box.names, unionOf(names), false);
  return left && peer.length > 0 ? { ...box, peer, names: left } : undefined;
}

/**
 * A rule with exceptions: tells what it holds, and returns what goes on. What is excepted goes on whole, because the
 * rules that follow often have the same exceptions: cut along each of them, it would double every time.
 */
function pass({ box, apart }: Part, rule: Rule, hole: Box, visitor: Visitor): Box[] {
  if (!intersectBoxes(box, hole)) return [box];
  let rest = [box];
  const spared: Box[] = [];
  for (const exception of rule.unless) {
    rest = rest.flatMap((part) => {
      if (!mayMeet(part, exception)) return [part];
      const common = intersectBoxes(part, exception);
      if (common) spared.push(common);
      return subtractBox(part, exception);
    });
  }
  const passing = rest.flatMap((part) => {
    const held = visitor.heeds(rule) ? intersectBoxes(part, hole) : undefined;
    if (held) visitor.hit(rule, { box: held, apart });
    return subtractBox(part, hole);
  });
  return [...passing, ...spared];
}
