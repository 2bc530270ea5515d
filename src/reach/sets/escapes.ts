import { type Box, mayMeet, subtractBox } from './box.ts';
import { overlaps, unionOf } from './int-set.ts';

/**
 * Whether some point of a box lies in none of the holes.
 * @param holes At most one need and nothing to avoid in `names` and in `principals`, as any box of a clause.
 */
export function escapes(box: Box, holes: readonly Box[]): boolean {
  return isLeft(
    box,
    holes.filter((hole) => mayMeet(box, hole) && meetsNeeded(box, hole)),
    0,
  );
}

/**
 * Fewer learned names are in fewer holes: if any point escapes, one does with no name but those that the box needs. So
 * holes that ask for other names do not matter.
 */
function meetsNeeded({ names }: Box, hole: Box): boolean {
  const [name] = hole.names.need;
  return name === undefined || overlaps(name, unionOf(names.need));
}

/** Whether some point lies in none of the holes from an index on; one is enough, so most ways are not gone. */
function isLeft(box: Box, holes: readonly Box[], from: number): boolean {
  for (let i = from; i < holes.length; i++) {
    const hole = holes[i] as Box;
    if (!mayMeet(box, hole)) continue;
    return subtractBox(box, hole).some((part) => isLeft(part, holes, i + 1));
  }
  return true;
}
