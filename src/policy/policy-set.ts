import type { Address } from './address.ts';
import type { Cidr } from './cidr.ts';
import type { HostPattern } from './host-pattern.ts';
import type { Position } from './problem.ts';

/** Everything that a policy folder says, valid and typed, with positions for whoever reports on it. */
export interface PolicySet {
  /** Sorted by name, bytewise, like all the others. */
  readonly agents: readonly AgentPolicy[];
  /** Without the built-in one. */
  readonly guardrails: readonly Guardrail[];
  readonly endpoints: readonly Endpoint[];
  readonly gatewayGroups: readonly GatewayGroup[];
  readonly tests: readonly PolicyTest[];
}

/** What a folder without policies says. */
export const emptyPolicySet: PolicySet = {
  agents: [],
  guardrails: [],
  endpoints: [],
  gatewayGroups: [],
  tests: [],
};

export interface Metadata {
  readonly name: string;
  readonly version: string;
  readonly owner?: string;
  readonly labels: Labels;
}

export type Labels = Readonly<Record<string, string>>;
export type Mode = 'enforce' | 'audit';
/** What becomes of a denied packet: silence, or TCP RST and ICMP “administratively prohibited”. */
export type OnDeny = 'drop' | 'reject';
/** How a refused DNS question is answered (rule N3). */
export type DnsOnDeny = 'nxdomain' | 'refused' | 'drop';

interface PolicyDocument {
  readonly metadata: Metadata;
  readonly mode: Mode;
  readonly resolvers: readonly Address[];
  readonly dns: DnsLimits;
  /** By name, those that no clause names included (rule K5). */
  readonly windows: Readonly<Record<string, Window>>;
  /** In the order in which they are judged: as listed, maps by id. */
  readonly allow: readonly PolicyClause[];
  readonly deny: readonly PolicyClause[];
  readonly position: Position;
}

export interface AgentPolicy extends PolicyDocument {
  readonly kind: 'AgentPolicy';
  readonly onDeny: OnDeny;
  /** Identities in other systems, stamped on logs: `{entra: …, spiffe: …}`. */
  readonly identity: Labels;
  /** At least one of them is not empty. */
  readonly workloads: { readonly cidrs: readonly Cidr[]; readonly selector: Labels };
  /** Labels of the gateway groups that carry the agent; empty: all. */
  readonly gateways: Labels;
  /** Data tags that the agent handles. */
  readonly data: readonly string[];
  readonly budgets: Readonly<Record<string, Budget>>;
  readonly ingress: readonly PolicyIngressClause[];
  readonly dns: DnsLimits & { readonly onDeny: DnsOnDeny };
}

export interface Guardrail extends PolicyDocument {
  readonly kind: 'Guardrail';
  /** Labels that an agent's metadata must carry, all of them; empty: every agent. */
  readonly selector: Labels;
  readonly trusted: readonly Cidr[];
  readonly require: readonly Requirement[];
}

export interface DnsLimits {
  readonly maxQueriesPerMinute?: number;
  /** Of the name asked for, in characters without a trailing dot. */
  readonly maxNameLength?: number;
}

/** Rule K11: what every allow clause of an agent that handles one of the tags must state to leave `trusted`. */
export interface Requirement {
  readonly data: readonly string[];
  readonly encrypted: boolean;
  readonly accepted: boolean;
  readonly position: Position;
}

/** A named destination; clauses that name it hold its terms (see {@link PolicyClause.endpoint}). */
export interface Endpoint extends Terms {
  readonly kind: 'Endpoint';
  readonly metadata: Metadata;
  readonly position: Position;
}

export interface GatewayGroup {
  readonly kind: 'GatewayGroup';
  /** `labels` are those that the `gateways` of an agent select. */
  readonly metadata: Metadata;
  readonly routes: Readonly<Record<string, Route>>;
  /** Rollout stage, 0 to 9: groups of a lower one get new rules first. */
  readonly stage: number;
  readonly position: Position;
}

/** The way of a flow out of a gateway: by firewall mark, or by interface and, where it is no point-to-point link, next hop. */
export type Route =
  | { readonly mark: number }
  | { readonly interface: string; readonly nextHop?: Address };

export interface PolicyTest {
  readonly kind: 'PolicyTest';
  readonly metadata: Metadata;
  readonly cases: readonly PolicyTestCase[];
  readonly position: Position;
}

/** One expectation: a flow of an agent, and what must become of it. */
export interface PolicyTestCase {
  readonly agent: string;
  /** A name means learned, with equal SNI. */
  readonly to:
    | { readonly kind: 'name'; readonly name: string }
    | { readonly kind: 'address'; readonly address: Address }
    | { readonly kind: 'agent'; readonly agent: string };
  readonly protocol: 'tcp' | 'udp' | 'icmp' | 'tls' | 'https';
  readonly port?: number;
  readonly onBehalfOf?: readonly string[];
  /** Milliseconds since 1970, UTC. */
  readonly at?: number;
  readonly expect: 'allow' | 'deny';
  /** The clause that must decide: an id is the agent's own, others are spelt in full; null: none; absent: whichever. */
  readonly clause?: string | null;
  readonly position: Position;
}

export type Protocol = 'tcp' | 'udp' | 'icmp' | 'tls' | 'https' | 'any';

/** Inclusive. */
export type PortRange = readonly [low: number, high: number];

interface Terms {
  readonly to: PolicyDestination;
  readonly protocol: Protocol;
  /** As written, in order, or the default of `https`; empty for `icmp` and `any`. */
  readonly ports: readonly PortRange[];
  /** Data tags that the destination may receive. */
  readonly accepts: readonly string[];
}

export interface PolicyClause extends Terms {
  readonly id: string;
  /** Name of the Endpoint that `to`, `protocol`, `ports` and `accepts` come from. */
  readonly endpoint?: string;
  /** HTTP paths: told, never enforced (rule K9). */
  readonly paths: readonly string[];
  /** Name of one of the document's windows. */
  readonly during?: string;
  /** Name of one of the agent's budgets. */
  readonly budget?: string;
  /** Principals, at least one; absent: whoever. */
  readonly onBehalfOf?: readonly string[];
  /** Name of a route of the gateway groups that carry the agent. */
  readonly via?: string;
  /** Last day on which the clause holds, UTC: `2027-03-31` (rule K7). */
  readonly expires?: string;
  readonly reason?: string;
  readonly position: Position;
}

export interface PolicyIngressClause {
  readonly id: string;
  readonly from: Exclude<PolicyDestination, { kind: 'host' }>;
  readonly protocol: 'tcp' | 'udp' | 'icmp' | 'any';
  readonly ports: readonly PortRange[];
  readonly during?: string;
  readonly expires?: string;
  readonly reason?: string;
  readonly position: Position;
}

export type PolicyDestination =
  | { readonly kind: 'any' }
  | { readonly kind: 'cidr'; readonly cidr: Cidr; readonly except: readonly Cidr[] }
  | { readonly kind: 'host'; readonly host: HostPattern }
  | { readonly kind: 'agent'; readonly agent: string };

/** Wall-clock times of a zone (rule K5). */
export interface Window {
  /** At least one, in the order of the week, none twice. */
  readonly days: readonly Day[];
  /** Minutes since midnight on the zone's clock; `from` is included, `to` is not, and may be 1440. */
  readonly from: number;
  /** Less than `from`: the next day. */
  readonly to: number;
  /** IANA name. */
  readonly timezone: string;
}

export const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Day = (typeof days)[number];

/** Rule K6. */
export interface Budget {
  readonly per: 'hour' | 'day' | 'week' | 'month';
  /** IP length, both ways; of a token budget the tokens times `bytesPerToken`. */
  readonly bytes: number;
  /** Present for a token budget. */
  readonly tokens?: { readonly count: number; readonly bytesPerToken: number };
}
