import type {
  DnsLimits,
  DnsOnDeny,
  HostPattern,
  Labels,
  Mode,
  OnDeny,
  PortRange,
  Window,
} from '../policy/index.ts';

/**
 * What a PolicySet compiles to: normalised, self-contained, and the same bytes for the same meaning
 * (see {@link serialiseRuleSet}). It holds no file positions: moving a line changes no rule.
 */
export interface RuleSet {
  readonly format: 2;
  /** Sorted by name, bytewise, like the others. */
  readonly agents: readonly AgentRules[];
  /** `builtin` is always among them. */
  readonly guardrails: readonly GuardrailRules[];
  readonly gatewayGroups: readonly GatewayGroupRules[];
}

export interface AgentRules {
  readonly name: string;
  readonly version: string;
  readonly owner?: string;
  readonly labels: Labels;
  readonly mode: Mode;
  readonly onDeny: OnDeny;
  /** Identities in other systems, stamped on logs. */
  readonly identity: Labels;
  /** CIDRs by which a packet's source is recognised; canonical text, sorted. */
  readonly sources: readonly string[];
  /** Labels that a workload registers with to be this agent; empty: none may. */
  readonly selector: Labels;
  /** Labels of the gateway groups that carry the agent; empty: all. */
  readonly gateways: Labels;
  /**
   * Present where the rules are those of one gateway group and the group does not carry this agent: as a source it is
   * an unknown workload there, as a destination it still has its addresses and ingress. What comes from its addresses to
   * an agent of the group comes from elsewhere, and is known by its name to `from: {agent}`.
   */
  readonly remote?: true;
  /** Addresses of the agent's own resolvers; canonical text, sorted. Guardrails may add more. */
  readonly resolvers: readonly string[];
  readonly dns: DnsLimits & { readonly onDeny: DnsOnDeny };
  /** Names of the guardrails above this agent, bytewise order, `builtin` included. */
  readonly guardrails: readonly string[];
  /** In the order in which they are judged, like all clauses. */
  readonly deny: readonly Clause[];
  readonly allow: readonly Clause[];
  readonly ingress: readonly IngressClause[];
}

export interface GuardrailRules {
  readonly name: string;
  readonly version: string;
  readonly mode: Mode;
  readonly resolvers: readonly string[];
  readonly dns: DnsLimits;
  /** CIDRs inside which special-use addresses may be learned from DNS; canonical text, sorted. */
  readonly trusted: readonly string[];
  readonly deny: readonly Clause[];
  readonly allow: readonly Clause[];
}

export interface GatewayGroupRules {
  readonly name: string;
  readonly version: string;
  readonly labels: Labels;
  readonly routes: Readonly<Record<string, RouteRules>>;
  readonly stage: number;
}

export type RouteRules =
  | { readonly mark: number }
  | { readonly interface: string; readonly nextHop?: string };

interface Terms {
  /** `AgentPolicy/<name>#<id>` or `Guardrail/<name>#<id>`: what logs and comments call it. */
  readonly id: string;
  /** Inclusive ranges, ascending, disjoint, not adjacent. Empty for `icmp` and `any`: all of them. */
  readonly ports: readonly PortRange[];
  /** The window itself, for its name means nothing elsewhere; absent: at all times. */
  readonly during?: Window;
  /** Last day on which the clause holds, UTC: `2027-03-31`; absent: for ever. */
  readonly expires?: string;
}

export interface Clause extends Terms {
  readonly to: Destination;
  /** `https` has become `tls` with its ports. */
  readonly protocol: RuleProtocol;
  /** Sorted, none twice, at least one; absent: whoever. */
  readonly onBehalfOf?: readonly string[];
  /** Counted per agent, clause and gateway, so that two clauses of one budget each have all of it (rule K6). */
  readonly budget?: ClauseBudget;
  /** Name of a route of the gateway group. */
  readonly via?: string;
}

export interface IngressClause extends Terms {
  readonly from: Exclude<Destination, { kind: 'host' }>;
  readonly protocol: 'tcp' | 'udp' | 'icmp' | 'any';
}

export type RuleProtocol = 'tcp' | 'udp' | 'icmp' | 'tls' | 'any';

export interface ClauseBudget {
  /** As the policy calls it. */
  readonly name: string;
  readonly bytes: number;
  readonly per: 'hour' | 'day' | 'week' | 'month';
}

export type Destination =
  | { readonly kind: 'any' }
  /** `except` is sorted and holds no CIDR inside another. */
  | { readonly kind: 'cidr'; readonly cidr: string; readonly except: readonly string[] }
  | { readonly kind: 'host'; readonly host: HostPattern }
  /** Whatever address belongs to the agent, by CIDR or by registration. */
  | { readonly kind: 'agent'; readonly agent: string };
