import { closest, distance } from 'fastest-levenshtein';

/** The candidate that `word` is probably a misspelling of. */
export function suggest(word: string, candidates: readonly string[]): string | undefined {
  if (candidates.length === 0 || word.length > 64) return undefined;
  const exact = candidates.find((candidate) => candidate.toLowerCase() === word.toLowerCase());
  if (exact) return exact;
  // `monday` for `mon`, `allowlist` for `allow`.
  const beginning = candidates.filter((name) => name.length >= 3 && word.startsWith(name));
  if (beginning.length === 1) return beginning[0];
  const best = closest(word, candidates);
  // Two letters that changed places count as two.
  const tolerance = best.length < 4 ? 1 : Math.max(2, Math.floor(best.length / 3));
  return distance(word, best) <= tolerance ? best : undefined;
}
