import type { AgentPolicy, Guardrail } from '../policy-set.ts';
import { makeProblem } from '../problem-codes.ts';
import { selectorMatches } from './applies-to.ts';
import { agentsOf, type Draft, guardrailsOf, type PolicyDraft } from './draft.ts';

/**
 * A host clause without any resolver, its own document's or that of an enforcing guardrail above the agent, could
 * never match (rule D10). A guardrail's host clause is in order if any agent below it has a resolver.
 */
export function checkResolvers(drafts: readonly Draft[]): void {
  const agents = agentsOf(drafts);
  const guardrails = guardrailsOf(drafts);
  const policies = guardrails.map(({ policy }) => policy);
  for (const agent of agents) {
    if (!hasResolver(agent.policy, policies)) reportHostClauses(agent);
  }
  for (const guardrail of guardrails) {
    const below = agents.filter(({ policy }) => isAbove(guardrail.policy, policy));
    const resolvable =
      guardrail.policy.resolvers.length > 0 ||
      below.length === 0 ||
      below.some(({ policy }) => hasResolver(policy, policies));
    if (!resolvable) reportHostClauses(guardrail);
  }
}

/** A guardrail that is above no agent is most likely a misspelt selector. */
export function checkSelectors(drafts: readonly Draft[]): void {
  const agents = agentsOf(drafts);
  for (const { policy, reader } of guardrailsOf(drafts)) {
    if (agents.length === 0 || agents.some((agent) => isAbove(policy, agent.policy))) continue;
    reader.fault(
      'guardrailUnused',
      ['spec', 'selector'],
      `no agent carries the labels that \`Guardrail/${policy.metadata.name}\` selects`,
      'correct the selector, or the `metadata.labels` of the agents',
    );
  }
}

function isAbove({ selector }: Guardrail, { metadata }: AgentPolicy): boolean {
  return selectorMatches(selector, metadata);
}

function hasResolver(agent: AgentPolicy, guardrails: readonly Guardrail[]): boolean {
  return (
    agent.resolvers.length > 0 ||
    guardrails.some(
      (guardrail) =>
        guardrail.mode === 'enforce' && guardrail.resolvers.length > 0 && isAbove(guardrail, agent),
    )
  );
}

function reportHostClauses({ policy, reader }: PolicyDraft<AgentPolicy | Guardrail>): void {
  for (const { id, to, position } of [...policy.allow, ...policy.deny]) {
    if (to.kind !== 'host') continue;
    reader.problems.push(
      makeProblem(
        'noResolver',
        position,
        `the clause \`${id}\` names a host, but there is no resolver to learn its addresses from`,
        'add `dns.resolvers` to this document, or to an enforcing guardrail above the agent',
      ),
    );
  }
}
