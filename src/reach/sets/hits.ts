import { covers, emptySet, type IntSet, overlaps, subtract, union } from './int-set.ts';

/**
 * A condition on a set of integers S that is itself a variable (learned names, principals): S meets each of `need`, and
 * does not meet `avoid`.
 */
export interface Hits {
  readonly need: readonly IntSet[];
  readonly avoid: IntSet;
}

export const noHits: Hits = { need: [], avoid: emptySet };

/** S meets the set. */
export function hit(set: IntSet): Hits {
  return { need: [set], avoid: emptySet };
}

/** Stands in S for principals that are not known: then nothing else is in S. Learned names have no such integer. */
export const unknownAtom = 0;

/**
 * Both conditions; undefined if no S meets them.
 * @param canBeUnknown Whether S may be {@link unknownAtom} alone, and else never holds it.
 */
export function intersectHits(a: Hits, b: Hits, canBeUnknown: boolean): Hits | undefined {
  if (b === noHits) return a;
  if (a === noHits) return b;
  return reduced([...a.need, ...b.need], union(a.avoid, b.avoid), canBeUnknown);
}

/** As {@link intersectHits} with “S does not meet the set”. */
export function avoidHits({ need, avoid }: Hits, set: IntSet, canBeUnknown: boolean) {
  return reduced(need, union(avoid, set), canBeUnknown);
}

/** Whether `a` cannot hold where S meets the set. */
export function neverHits(a: Hits, set: IntSet): boolean {
  return covers(a.avoid, set);
}

/** Whether S meets the set wherever `a` holds. */
export function alwaysHits(a: Hits, set: IntSet): boolean {
  return a.need.some((need) => covers(set, need));
}

/** Each need without what is avoided; only the narrowest; in a fixed order. */
function reduced(needs: readonly IntSet[], avoid: IntSet, canBeUnknown: boolean): Hits | undefined {
  const open = needs.map((need) => subtract(need, avoid));
  if (!isPossible(open, avoid, canBeUnknown)) return undefined;
  const narrowest = open.filter(
    (need, i) =>
      !open.some((other, j) => j !== i && covers(need, other) && (!covers(other, need) || j < i)),
  );
  return { need: narrowest.sort(bySize), avoid };
}

function isPossible(open: readonly IntSet[], avoid: IntSet, canBeUnknown: boolean): boolean {
  if (!canBeUnknown) return open.every((need) => need.length > 0);
  const unknown = [unknownAtom, unknownAtom + 1];
  if (!overlaps(avoid, unknown) && open.every((need) => overlaps(need, unknown))) return true;
  return open.every((need) => subtract(need, unknown).length > 0);
}

function bySize(a: IntSet, b: IntSet): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const difference = (a[i] as number) - (b[i] as number);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
