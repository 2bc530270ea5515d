import { axes, type Box, mayMeet, subtractBox } from './box.ts';
import { covers, overlaps, subtract, unionOf } from './int-set.ts';

/**
 * Whether some point of a box lies in none of the holes.
 * @param holes At most one need and nothing to avoid in `names` and in `principals`, as any box of a clause.
 */
export function escapes(box: Box, holes: readonly Box[]): boolean {
  return escaping(box, holes) !== undefined;
}

/** Points that do, if there are any; not all of them. */
export function escaping(box: Box, holes: readonly Box[]): Box | undefined {
  // Fewer learned names are in fewer holes: if any point escapes, one does with no name but those that the box needs.
  // So holes that ask for other names do not matter.
  const needed = unionOf(box.names.need);
  const near = holes.filter(
    (hole) => (!hole.names.need[0] || overlaps(hole.names.need[0], needed)) && mayMeet(box, hole),
  );
  return beside(box, near) ?? left(box, near, 0);
}

/** Points that no hole has on some axis: there mostly are, and they are found without cutting hole after hole. */
function beside(box: Box, holes: readonly Box[]): Box | undefined {
  if (holes.length === 0) return box;
  for (const axis of axes) {
    if (holes.some((hole) => covers(hole[axis], box[axis]))) continue;
    const free = subtract(box[axis], unionOf(holes.map((hole) => hole[axis])));
    if (free.length > 0) return { ...box, [axis]: free };
  }
  return undefined;
}

/** What lies in none of the holes from an index on; some of it is enough, so most ways are not gone. */
function left(box: Box, holes: readonly Box[], from: number): Box | undefined {
  for (let i = from; i < holes.length; i++) {
    const hole = holes[i] as Box;
    if (!mayMeet(box, hole)) continue;
    for (const part of subtractBox(box, hole)) {
      const found = left(part, holes, i + 1);
      if (found) return found;
    }
    return undefined;
  }
  return box;
}
