import type { Rule } from './rule.ts';

/**
 * The rules of two lists that are not the same in the same order. A point that is decided differently lies in one of
 * them: of those that stay in their relative order, the first that holds it is the same in both lists.
 */
export function changedRules(before: readonly Rule[], after: readonly Rule[]): Changed<Rule> {
  return changedItems(before, after, ({ key }) => key);
}

export interface Changed<T> {
  readonly before: ReadonlySet<T>;
  readonly after: ReadonlySet<T>;
}

/** What of two lists is not in the other, or not in the same order. */
export function changedItems<T>(
  before: readonly T[],
  after: readonly T[],
  keyOf: (item: T) => string,
): Changed<T> {
  const oldKeys = occurrenceKeys(before.map(keyOf));
  const newKeys = occurrenceKeys(after.map(keyOf));
  const places = new Map(newKeys.map((key, i) => [key, i]));
  const pairs = oldKeys.flatMap((key, i): [number, number][] => {
    const j = places.get(key);
    return j === undefined ? [] : [[i, j]];
  });
  const kept = longestIncreasing(pairs.map(([, j]) => j));
  const keptBefore = new Set(kept.map((k) => pairs[k]?.[0]));
  const keptAfter = new Set(kept.map((k) => pairs[k]?.[1]));
  return {
    before: new Set(before.filter((_item, i) => !keptBefore.has(i))),
    after: new Set(after.filter((_item, i) => !keptAfter.has(i))),
  };
}

/** Equal ones are told apart by which of them it is. */
function occurrenceKeys(keys: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return keys.map((key) => {
    const count = seen.get(key) ?? 0;
    seen.set(key, count + 1);
    return `${count} ${key}`;
  });
}

/** Indices of a longest increasing subsequence of distinct numbers, by patience sorting. */
function longestIncreasing(numbers: readonly number[]): number[] {
  const tails: number[] = [];
  const previous: number[] = [];
  for (const [i, value] of numbers.entries()) {
    let [low, high] = [0, tails.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((numbers[tails[middle] as number] as number) < value) low = middle + 1;
      else high = middle;
    }
    previous[i] = low > 0 ? (tails[low - 1] as number) : -1;
    tails[low] = i;
  }
  const chain: number[] = [];
  for (let i = tails.at(-1) ?? -1; i >= 0; i = previous[i] as number) chain.push(i);
  return chain.reverse();
}
