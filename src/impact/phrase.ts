/**
 * A sentence whose words are ours and whose values come from policies, recordings or file names. Renderers escape every
 * value for where it is shown, so that no policy can write into a report.
 */
export type Phrase = readonly (string | Value)[];

interface Value {
  readonly value: string;
}

/** `` say`agent ${name} is gone` ``: what is interpolated is a value; numbers are ours. */
export function say(words: TemplateStringsArray, ...values: (string | number)[]): Phrase {
  return words.flatMap((word, i) => {
    const value = values[i];
    if (value === undefined) return [word];
    return [word, typeof value === 'number' ? formatNumber(value) : { value }];
  });
}

/** Phrases one after the other. */
export function join(phrases: readonly Phrase[], separator: string): Phrase {
  return phrases.flatMap((phrase, i) => (i === 0 ? phrase : [separator, ...phrase]));
}

/** The sentence as text, with values as `show` writes them. */
export function phraseText(phrase: Phrase, show: (value: string) => string): string {
  return phrase.map((part) => (typeof part === 'string' ? part : show(part.value))).join('');
}

/** `12,345`. */
export function formatNumber(number: number): string {
  return number.toLocaleString('en-US');
}

/** `1 flow`, `1,200 flows`. */
export function countOf(number: number, noun: string): string {
  return `${formatNumber(number)} ${noun}${number === 1 ? '' : 's'}`;
}
