import { createHash } from 'node:crypto';
import type { RuleSet } from './rule-set.ts';
import { serialiseRuleSet } from './serialise.ts';

/** Of rules that never change once they are made; asked for at every step on their way into force. */
const known = new WeakMap<RuleSet, string>();

/** SHA-256 of the canonical JSON, in hex: names a version of the rules. */
export function ruleSetDigest(ruleSet: RuleSet): string {
  return known.get(ruleSet) ?? digestOfText(ruleSet, serialiseRuleSet(ruleSet));
}

/** @param canonical the rules as {@link serialiseRuleSet} gives them */
export function digestOfText(ruleSet: RuleSet, canonical: string): string {
  const digest = createHash('sha256').update(canonical).digest('hex');
  known.set(ruleSet, digest);
  return digest;
}
