import type { Metadata } from '../policy-set.ts';

/** Whether a guardrail with this selector is above an agent: its labels carry all of the selector's. */
export function selectorMatches(
  selector: Readonly<Record<string, string>>,
  { labels }: Metadata,
): boolean {
  return Object.entries(selector).every(
    ([key, value]) => Object.hasOwn(labels, key) && labels[key] === value,
  );
}
