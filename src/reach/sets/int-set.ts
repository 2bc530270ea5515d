/** A set of integers as half-open intervals in one flat list: start, end, start, end …; ascending, none touching the next. */
export type IntSet = readonly number[];

export const emptySet: IntSet = [];

/** The integers of [start, end). */
export function interval(start: number, end: number): IntSet {
  return start < end ? [start, end] : emptySet;
}

/** The union of intervals in any order. */
export function setOf(intervals: Iterable<readonly [start: number, end: number]>): IntSet {
  const sorted = [...intervals].filter(([start, end]) => start < end).sort((a, b) => a[0] - b[0]);
  const set: number[] = [];
  for (const [start, end] of sorted) push(set, start, end);
  return set;
}

export function union(a: IntSet, b: IntSet): IntSet {
  if (covers(a, b)) return a;
  if (covers(b, a)) return b;
  const set: number[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const fromA = j >= b.length || (i < a.length && at(a, i) <= at(b, j));
    if (fromA) push(set, at(a, i), at(a, i + 1));
    else push(set, at(b, j), at(b, j + 1));
    if (fromA) i += 2;
    else j += 2;
  }
  return set;
}

export function unionOf(sets: readonly IntSet[]): IntSet {
  if (sets.length < 3) return sets.reduce(union, emptySet);
  return setOf(sets.flatMap(intervalsOf));
}

/** Returns one of the arguments itself where the other covers it. */
export function intersect(a: IntSet, b: IntSet): IntSet {
  if (a === b || covers(b, a)) return a;
  if (covers(a, b)) return b;
  const set: number[] = [];
  let [i, j] = [firstEndingAfter(a, at(b, 0)), firstEndingAfter(b, at(a, 0))];
  while (i < a.length && j < b.length) {
    const start = Math.max(at(a, i), at(b, j));
    const end = Math.min(at(a, i + 1), at(b, j + 1));
    if (start < end) set.push(start, end);
    if (at(a, i + 1) < at(b, j + 1)) i += 2;
    else j += 2;
  }
  return set;
}

/** What of `a` is not in `b`; `a` itself where that is all of it. */
export function subtract(a: IntSet, b: IntSet): IntSet {
  if (!overlaps(a, b)) return a;
  const set: number[] = [];
  let j = firstEndingAfter(b, at(a, 0));
  for (let i = 0; i < a.length; i += 2) {
    let start = at(a, i);
    const end = at(a, i + 1);
    while (j < b.length && at(b, j + 1) <= start) j += 2;
    for (let k = j; k < b.length && at(b, k) < end; k += 2) {
      if (at(b, k) > start) set.push(start, at(b, k));
      start = Math.max(start, at(b, k + 1));
    }
    if (start < end) set.push(start, end);
  }
  return set;
}

/** Whether the sets have an integer in common. */
export function overlaps(a: IntSet, b: IntSet): boolean {
  if (a.length === 0 || b.length === 0) return false;
  if (a.length > b.length) return overlaps(b, a);
  for (let i = 0; i < a.length; i += 2) {
    const j = firstEndingAfter(b, at(a, i));
    if (j < b.length && at(b, j) < at(a, i + 1)) return true;
  }
  return false;
}

/** Whether all of `inner` is in `outer`. */
export function covers(outer: IntSet, inner: IntSet): boolean {
  if (outer === inner) return true;
  for (let i = 0; i < inner.length; i += 2) {
    const j = firstEndingAfter(outer, at(inner, i));
    if (j >= outer.length || at(outer, j) > at(inner, i) || at(outer, j + 1) < at(inner, i + 1)) {
      return false;
    }
  }
  return true;
}

export function sameSet(a: IntSet, b: IntSet): boolean {
  return a === b || (a.length === b.length && a.every((value, i) => value === b[i]));
}

export function holdsInt(set: IntSet, value: number): boolean {
  const i = firstEndingAfter(set, value);
  return i < set.length && at(set, i) <= value;
}

export function intervalsOf(set: IntSet): [start: number, end: number][] {
  const intervals: [number, number][] = [];
  for (let i = 0; i < set.length; i += 2) intervals.push([at(set, i), at(set, i + 1)]);
  return intervals;
}

/** Index of the first interval that ends after a value: what lies before it ends at or before. */
function firstEndingAfter(set: IntSet, value: number): number {
  if (set.length <= 2) return set.length === 2 && at(set, 1) <= value ? 2 : 0;
  let [low, high] = [0, set.length >> 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (at(set, 2 * middle + 1) <= value) low = middle + 1;
    else high = middle;
  }
  return 2 * low;
}

/** Adds an interval that starts at or after the start of the last. */
function push(set: number[], start: number, end: number): void {
  const last = set.length - 1;
  if (last >= 0 && start <= (set[last] as number)) set[last] = Math.max(set[last] as number, end);
  else set.push(start, end);
}

/** Only for indices inside the list. */
function at(set: IntSet, index: number): number {
  return set[index] as number;
}
