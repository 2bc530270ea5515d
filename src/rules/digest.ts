import { createHash } from 'node:crypto';
import type { RuleSet } from './rule-set.ts';
import { serialiseRuleSet } from './serialise.ts';

/** SHA-256 of the canonical JSON, in hex: names a version of the rules. */
export function ruleSetDigest(ruleSet: RuleSet): string {
  return createHash('sha256').update(serialiseRuleSet(ruleSet)).digest('hex');
}
