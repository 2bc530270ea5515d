import type { PolicySet, Problem } from '../../policy/index.ts';
import type { RuleSet } from '../../rules/index.ts';
import { writtenClauses } from '../written-clauses.ts';
import { ClausePlaces } from './clause-places.ts';
import { expiryProblems } from './expiry.ts';
import { idleProblems } from './idle.ts';
import { unencryptedDataProblems } from './unencrypted-data.ts';

/**
 * What sound policies most likely do not mean: warnings and notices, never errors.
 * @param ruleSet What the policies compile to.
 * @param now Milliseconds since 1970, UTC: what has expired, and what will soon.
 */
export function lintProblems(policySet: PolicySet, ruleSet: RuleSet, now: number): Problem[] {
  const clauses = writtenClauses(policySet);
  return [
    ...idleProblems(ruleSet, new ClausePlaces(clauses), now),
    ...expiryProblems(clauses, now),
    ...unencryptedDataProblems(policySet, ruleSet),
  ];
}
