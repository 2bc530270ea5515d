import type { Address } from '../../policy/index.ts';
import type { Flow } from '../flow.ts';
import type { ParsedAgent, ParsedRules } from './parse-rules.ts';

/** Who sends a flow (rule D11). */
export type Source =
  | { readonly kind: 'agent'; readonly agent: ParsedAgent; readonly address: Address | undefined }
  /** From no workload of this gateway; `owner` is the agent of another gateway that the address belongs to. */
  | {
      readonly kind: 'elsewhere';
      readonly address: Address;
      readonly owner: ParsedAgent | undefined;
    }
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
  if (flow.src && rules.ownerOf(flow.src) !== agent) return { kind: 'spoofed' };
  if (agent.isRemote) return { kind: 'unknown' };
  return { kind: 'agent', agent, address: flow.src ?? agent.firstAddress(flow.dst.family) };
}

function sourceOfAddress(rules: ParsedRules, address: Address | undefined): Source {
  if (!address) return { kind: 'unknown' };
  const owner = rules.ownerOf(address);
  return owner && !owner.isRemote
    ? { kind: 'agent', agent: owner, address }
    : { kind: 'elsewhere', address, owner };
}
