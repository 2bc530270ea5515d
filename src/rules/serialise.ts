import type { RuleSet } from './rule-set.ts';

/** Canonical JSON: keys sorted, no white space, so that equal rules are equal bytes (after RFC 8785). */
export function serialiseRuleSet(ruleSet: RuleSet): string {
  return JSON.stringify(ruleSet, (_key, value: unknown) => sortKeys(value));
}

function sortKeys(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)),
  );
}
