import type { Address } from '../policy/index.ts';
import type { Flow } from './flow.ts';
import type { ParsedAgent, ParsedRules } from './parse-rules.ts';

/** Who sends a flow (rule D11). */
export type Source =
  | { readonly kind: 'agent'; readonly agent: ParsedAgent; readonly address: Address | undefined }
  | { readonly kind: 'elsewhere'; readonly address: Address }
  | { readonly kind: 'spoofed' }
  | { readonly kind: 'unknown' };

/**
 * An agent that is named is the source, and an address beside it must be its own. An address alone belongs to an agent
 * or comes from elsewhere.
 */
export function findSource(rules: ParsedRules, flow: Flow): Source {
  if (flow.agent === undefined) return sourceOfAddress(rules, flow.src);
  const agent = rules.agents.get(flow.agent);
  if (!agent) return { kind: 'unknown' };
  if (flow.src && !agent.owns(flow.src)) return { kind: 'spoofed' };
  return { kind: 'agent', agent, address: flow.src ?? agent.firstAddress(flow.dst.family) };
}

function sourceOfAddress(rules: ParsedRules, address: Address | undefined): Source {
  if (!address) return { kind: 'unknown' };
  const agent = rules.ownerOf(address);
  return agent ? { kind: 'agent', agent, address } : { kind: 'elsewhere', address };
}
