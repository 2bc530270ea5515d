import { avoidHits, type Hits, intersectHits, neverHits, noHits } from './hits.ts';
import { covers, type IntSet, intersect, overlaps, subtract } from './int-set.ts';

/** A product of conditions on flows or questions, one for each dimension; never empty. */
export interface Box {
  /** The other side’s address, on the line of addresses. */
  readonly peer: IntSet;
  /** Protocols and ports. */
  readonly traffic: IntSet;
  /** The agent’s own address. */
  readonly own: IntSet;
  /** Classes of instants. */
  readonly time: IntSet;
  /** Server name or none. Conditions on it go with TCP traffic alone. */
  readonly sni: IntSet;
  readonly names: Hits;
  readonly principals: Hits;
}

/**
 * Dimensions in which a point has one value. Splitting begins with those that rules tell apart least, so that thousands
 * of rules split a box along a few ports and windows, and not those along thousands of addresses; sets come last of all,
 * so that no split repeats a need.
 */
export const axes = ['time', 'traffic', 'own', 'sni', 'peer'] as const;
export type Axis = (typeof axes)[number];

export function intersectBoxes(a: Box, b: Box): Box | undefined {
  for (const axis of axes) if (!overlaps(a[axis], b[axis])) return undefined;
  const names = intersectHits(a.names, b.names, false);
  const principals = names && intersectHits(a.principals, b.principals, true);
  if (!names || !principals) return undefined;
  return {
    peer: intersect(a.peer, b.peer),
    traffic: intersect(a.traffic, b.traffic),
    own: intersect(a.own, b.own),
    time: intersect(a.time, b.time),
    sni: intersect(a.sni, b.sni),
    names,
    principals,
  };
}

/** Cheaper than {@link intersectBoxes}, and may be wrong where it says yes. */
export function mayMeet(a: Box, b: Box): boolean {
  for (const axis of axes) if (!overlaps(a[axis], b[axis])) return false;
  return !b.names.need.some((need) => neverHits(a.names, need));
}

/**
 * What of `box` is not in `hole`, as disjoint boxes.
 * @param hole At most one need and nothing to avoid in `names` and in `principals`, as any box of a clause.
 */
export function subtractBox(box: Box, hole: Box): Box[] {
  const inside = intersectBoxes(box, hole);
  if (!inside) return [box];
  const rest: Box[] = [];
  let clipped = box;
  for (const axis of axes) {
    const outside = subtract(clipped[axis], hole[axis]);
    if (outside.length > 0) rest.push({ ...clipped, [axis]: outside });
    if (outside.length > 0) clipped = { ...clipped, [axis]: inside[axis] };
  }
  const [principal] = hole.principals.need;
  const others = principal && avoidHits(clipped.principals, principal, true);
  if (others) rest.push({ ...clipped, principals: others });
  const [name] = hole.names.need;
  const nameless = name && avoidHits(clipped.names, name, false);
  if (nameless) rest.push({ ...clipped, names: nameless, principals: inside.principals });
  return rest;
}

export function subtractBoxes(box: Box, holes: readonly Box[]): Box[] {
  return holes.reduce<Box[]>(
    (rest, hole) => rest.flatMap((one) => (mayMeet(one, hole) ? subtractBox(one, hole) : [one])),
    [box],
  );
}

/** Whether a hole is wider in every dimension but one. */
export function coversBut(dimension: 'names' | 'peer', hole: Box, box: Box): boolean {
  for (const axis of axes) {
    if (axis !== dimension && !covers(hole[axis], box[axis])) return false;
  }
  return hole.principals === noHits && (dimension === 'names' || hole.names === noHits);
}
