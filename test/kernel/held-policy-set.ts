import type { PolicyClause, PolicySet } from '../../src/policy/index.ts';

/** Generated policies without what the data plane does not hold yet; of what it holds nothing is left out. */
export function heldPolicySet(policySet: PolicySet): PolicySet {
  return {
    ...policySet,
    agents: policySet.agents.map((agent) => ({
      ...agent,
      onDeny: 'drop',
      dns: { ...heldBounds(agent.dns), onDeny: 'nxdomain' },
      allow: agent.allow.map(heldClause),
      deny: agent.deny.map(heldClause),
    })),
    guardrails: policySet.guardrails.map((guardrail) => ({
      ...guardrail,
      dns: heldBounds(guardrail.dns),
      allow: guardrail.allow.map(heldClause),
      deny: guardrail.deny.map(heldClause),
    })),
  };
}

function heldBounds<D extends { maxQueriesPerMinute?: number }>({
  maxQueriesPerMinute: _,
  ...dns
}: D) {
  return dns;
}

function heldClause(clause: PolicyClause): PolicyClause {
  const isTls = clause.protocol === 'tls' || clause.protocol === 'https';
  return isTls ? { ...clause, protocol: 'tcp' } : clause;
}
