import type { AgentPolicy, Guardrail } from '../policy-set.ts';
import { isAbove } from './applies-to.ts';
import type { Entries, Entry } from './draft.ts';
import type { Findings } from './findings.ts';

/**
 * A host clause without any resolver, its own document's or that of an enforcing guardrail above the agent, could
 * never match (rule D10). A guardrail's host clause is in order if any agent below it has a resolver.
 */
export function checkResolvers(
  { agents, guardrails }: Entries,
  findings: Findings,
  { agentsWhole }: { readonly agentsWhole: boolean },
): void {
  const resolving = guardrails
    .filter((entry) => entry.document.mode === 'enforce' && hasResolver(entry))
    .map(({ document }) => document);
  const resolvable = new Set(
    agents
      .filter(
        (entry) => hasResolver(entry) || resolving.some((one) => isAbove(one, entry.document)),
      )
      .map(({ document }) => document),
  );
  for (const entry of agents) {
    if (!resolvable.has(entry.document)) reportHostClauses(entry, findings);
  }
  // An agent that could not be read may be the one that has a resolver.
  for (const entry of agentsWhole ? guardrails : []) {
    if (hasResolver(entry) || !hostClauses(entry.document).length) continue;
    const below = agents.filter(({ document }) => isAbove(entry.document, document));
    if (below.length === 0 || below.some(({ document }) => resolvable.has(document))) continue;
    reportHostClauses(entry, findings);
  }
}

/** Faulty ones are no longer in the document, but are told of as such. */
function hasResolver({ draft, document }: Entry<AgentPolicy | Guardrail>): boolean {
  return document.resolvers.length > 0 || draft.places.hasResolvers;
}

function hostClauses({ allow, deny }: AgentPolicy | Guardrail) {
  return [...allow, ...deny].filter(({ to }) => to.kind === 'host');
}

function reportHostClauses(
  { draft, document }: Entry<AgentPolicy | Guardrail>,
  findings: Findings,
): void {
  for (const { id, position } of hostClauses(document)) {
    findings.report(draft, 'noResolver', position, {
      message: `the clause \`${id}\` names a host, but there is no resolver to learn its addresses from`,
      remedy: 'add `dns.resolvers` to this document, or to an enforcing guardrail above the agent',
    });
  }
}
