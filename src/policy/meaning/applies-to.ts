import type { AgentPolicy, GatewayGroup, Guardrail, Metadata } from '../policy-set.ts';

/** Whether documents with these labels are selected: they carry all of the selector's. */
export function selectorMatches(
  selector: Readonly<Record<string, string>>,
  { labels }: Pick<Metadata, 'labels'>,
): boolean {
  return Object.entries(selector).every(
    ([key, value]) => Object.hasOwn(labels, key) && labels[key] === value,
  );
}

/** Whether a guardrail is above an agent. */
export function isAbove({ selector }: Guardrail, { metadata }: AgentPolicy): boolean {
  return selectorMatches(selector, metadata);
}

/** Whether the gateways of a group carry an agent. */
export function carries({ metadata }: GatewayGroup, { gateways }: AgentPolicy): boolean {
  return selectorMatches(gateways, metadata);
}
