import type { HostPattern, Mode, PortRange, Protocol } from '../policy/index.ts';

/**
 * What a PolicySet compiles to: normalised, self-contained, and the same bytes for the same meaning
 * (see {@link serialiseRuleSet}). It holds no file positions: moving a line changes no rule.
 */
export interface RuleSet {
  readonly format: 1;
  /** Sorted by name, bytewise. */
  readonly agents: readonly AgentRules[];
  /** Sorted by name, bytewise; `builtin` is always among them. */
  readonly guardrails: readonly GuardrailRules[];
}

export interface AgentRules {
  readonly name: string;
  readonly version: string;
  readonly owner?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly mode: Mode;
  /** CIDRs by which a packet's source is recognised; canonical text, sorted. */
  readonly sources: readonly string[];
  /** Addresses of the agent's own resolvers; canonical text, sorted. Guardrails may add more. */
  readonly resolvers: readonly string[];
  /** Names of the guardrails above this agent, bytewise order, `builtin` included. */
  readonly guardrails: readonly string[];
  /** In the order in which they are judged. */
  readonly deny: readonly Clause[];
  readonly allow: readonly Clause[];
}

export interface GuardrailRules {
  readonly name: string;
  readonly version: string;
  readonly mode: Mode;
  readonly resolvers: readonly string[];
  /** CIDRs inside which special-use addresses may be learned from DNS; canonical text, sorted. */
  readonly trusted: readonly string[];
  readonly deny: readonly Clause[];
  readonly allow: readonly Clause[];
}

export interface Clause {
  /** `AgentPolicy/<name>#<id>` or `Guardrail/<name>#<id>`: what logs and comments call it. */
  readonly id: string;
  readonly to: Destination;
  readonly protocol: Protocol;
  /** Inclusive ranges, ascending, disjoint, not adjacent. Empty for `icmp` and `any`: all of them. */
  readonly ports: readonly PortRange[];
}

export type Destination =
  | { readonly kind: 'any' }
  /** `except` is sorted and holds no CIDR inside another. */
  | { readonly kind: 'cidr'; readonly cidr: string; readonly except: readonly string[] }
  | { readonly kind: 'host'; readonly host: HostPattern };
