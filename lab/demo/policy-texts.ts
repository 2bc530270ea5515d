import { loadPolicies } from '../../src/source/index.ts';
import { clauseLines } from './clause-lines.ts';
import type { Check } from './report.ts';

/** What the policies of a folder say. */
export async function policyTexts(folder: string): Promise<Check[]> {
  const { policySet, problems } = await loadPolicies(folder);
  return [...policySet.guardrails, ...policySet.agents].map((policy) => ({
    says: `${policy.kind}/${policy.metadata.name} ${policy.metadata.version}`,
    ok: problems.length === 0,
    evidence: clauseLines(policy),
  }));
}
