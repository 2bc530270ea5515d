import type { PolicyClause, PolicySet } from '../../src/policy/index.ts';

/** Generated policies without what the data plane does not hold yet; of what it holds nothing is left out. */
export function heldPolicySet(policySet: PolicySet): PolicySet {
  return {
    ...policySet,
    agents: policySet.agents.map((agent) => ({
      ...agent,
      allow: agent.allow.map(heldClause),
      deny: agent.deny.map(heldClause),
    })),
    guardrails: policySet.guardrails.map((guardrail) => ({
      ...guardrail,
      allow: guardrail.allow.map(heldClause),
      deny: guardrail.deny.map(heldClause),
    })),
  };
}

function heldClause({ via: _via, ...clause }: PolicyClause): PolicyClause {
  return clause;
}
