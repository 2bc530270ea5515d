import { carries, isAbove } from './applies-to.ts';
import type { Draft, Entries } from './draft.ts';
import type { Findings } from './findings.ts';

/** Documents that do nothing: mostly a misspelt label or what a change has left behind. */
export function checkUnused(drafts: readonly Draft[], entries: Entries, findings: Findings): void {
  checkGuardrails(entries, findings);
  checkEndpoints(drafts, entries, findings);
  checkGatewayGroups(entries, findings);
}

function checkGuardrails({ agents, guardrails }: Entries, findings: Findings): void {
  for (const { draft, document } of guardrails) {
    if (agents.length === 0 || agents.some((agent) => isAbove(document, agent.document))) continue;
    findings.report(draft, 'guardrailUnused', draft.places.selector, {
      message: `no agent carries the labels that \`Guardrail/${document.metadata.name}\` selects`,
      remedy: 'correct the selector, or the `metadata.labels` of the agents',
    });
  }
}

function checkEndpoints(drafts: readonly Draft[], { endpoints }: Entries, findings: Findings) {
  const named = new Set(
    drafts.flatMap(({ references }) =>
      references.filter(({ to }) => to === 'endpoint').map(({ name }) => name),
    ),
  );
  for (const { draft, document } of endpoints) {
    const { name } = document.metadata;
    if (named.has(name)) continue;
    findings.report(draft, 'endpointUnused', draft.name?.position ?? document.position, {
      message: `no clause names \`Endpoint/${name}\``,
      remedy: `write \`to: {endpoint: ${name}}\` in a clause, or remove the endpoint`,
    });
  }
}

function checkGatewayGroups({ agents, gatewayGroups }: Entries, findings: Findings): void {
  for (const { draft, document } of agents) {
    if (Object.keys(document.gateways).length === 0) continue;
    if (gatewayGroups.some((group) => carries(group.document, document))) continue;
    findings.report(draft, 'gatewaysUnmatched', draft.places.gateways, {
      message: `no gateway group carries the labels that \`AgentPolicy/${document.metadata.name}\` selects`,
      remedy: 'correct `gateways`, or the `metadata.labels` of a `GatewayGroup`',
    });
  }
  for (const { draft, document } of gatewayGroups) {
    if (agents.length === 0 || agents.some((agent) => carries(document, agent.document))) continue;
    findings.report(draft, 'gatewayGroupUnused', draft.name?.position ?? document.position, {
      message: `\`GatewayGroup/${document.metadata.name}\` carries no agent: none selects its labels`,
      remedy: 'correct its `metadata.labels`, or the `gateways` of the agents',
    });
  }
}
