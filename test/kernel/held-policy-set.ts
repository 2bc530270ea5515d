import type { PolicySet } from '../../src/policy/index.ts';

/** Generated policies without what the data plane does not hold yet; of what it holds nothing is left out. */
export function heldPolicySet(policySet: PolicySet): PolicySet {
  return {
    ...policySet,
    agents: policySet.agents.map((agent) => ({
      ...agent,
      onDeny: 'drop',
      dns: { ...heldBounds(agent.dns), onDeny: 'nxdomain' },
    })),
    guardrails: policySet.guardrails.map((guardrail) => ({
      ...guardrail,
      dns: heldBounds(guardrail.dns),
    })),
  };
}

function heldBounds<D extends { maxQueriesPerMinute?: number }>({
  maxQueriesPerMinute: _,
  ...dns
}: D) {
  return dns;
}
