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

// Comparing every misspelt name with every known one would take minutes for a file of nothing but faults.
const mostSuggestions = 200;

/** `what` says among which candidates: the same ones for the same text. */
export type Suggest = (
  what: string,
  word: string,
  candidates: () => Iterable<string>,
) => string | undefined;

/** {@link suggest}, but for the first words only that it is asked about; whoever asks again gets the same answer. */
export function limitedSuggest(): Suggest {
  const found = new Map<string, string | undefined>();
  return (what, word, candidates) => {
    const key = `${what} ${word}`;
    if (!found.has(key) && found.size < mostSuggestions)
      found.set(key, suggest(word, [...candidates()]));
    return found.get(key);
  };
}
