import type { AgentPolicy, Guardrail } from '../policy-set.ts';
import { isAbove } from './applies-to.ts';
import type { Entry } from './draft.ts';

/**
 * Which guardrails are above an agent, in their order. Agents that no selector tells apart get the same list, so that
 * what follows from it is found once for all of them.
 */
export function guardrailsAbove(
  guardrails: readonly Entry<Guardrail>[],
): (agent: AgentPolicy) => readonly Entry<Guardrail>[] {
  const keys = new Set(guardrails.flatMap(({ document }) => Object.keys(document.selector)));
  const found = new Map<string, readonly Entry<Guardrail>[]>();
  return (agent) => {
    const labels = Object.entries(agent.metadata.labels).filter(([key]) => keys.has(key));
    const known = JSON.stringify(labels.sort(([a], [b]) => (a < b ? -1 : 1)));
    const above = found.get(known) ?? guardrails.filter(({ document }) => isAbove(document, agent));
    found.set(known, above);
    return above;
  };
}
