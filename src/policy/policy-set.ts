import type { Address } from './address.ts';
import type { Cidr } from './cidr.ts';
import type { HostPattern } from './host-pattern.ts';
import type { Position } from './problem.ts';

/** Everything that a policy folder says, valid and typed, with positions for whoever reports on it. */
export interface PolicySet {
  /** Sorted by name, bytewise. */
  readonly agents: readonly AgentPolicy[];
  /** Sorted by name, bytewise; without the built-in one. */
  readonly guardrails: readonly Guardrail[];
}

export interface Metadata {
  readonly name: string;
  readonly version: string;
  readonly owner?: string;
  readonly labels: Readonly<Record<string, string>>;
}

export type Mode = 'enforce' | 'audit';

interface PolicyDocument {
  readonly metadata: Metadata;
  readonly mode: Mode;
  readonly resolvers: readonly Address[];
  /** In the order in which they are judged: as listed, maps by id. */
  readonly allow: readonly PolicyClause[];
  readonly deny: readonly PolicyClause[];
  readonly position: Position;
}

export interface AgentPolicy extends PolicyDocument {
  readonly kind: 'AgentPolicy';
  readonly workloads: { readonly cidrs: readonly Cidr[] };
}

export interface Guardrail extends PolicyDocument {
  readonly kind: 'Guardrail';
  /** Labels that an agent's metadata must carry, all of them; empty: every agent. */
  readonly selector: Readonly<Record<string, string>>;
  readonly trusted: readonly Cidr[];
}

export type Protocol = 'tcp' | 'udp' | 'icmp' | 'any';

/** Inclusive. */
export type PortRange = readonly [low: number, high: number];

export interface PolicyClause {
  readonly id: string;
  readonly to: PolicyDestination;
  readonly protocol: Protocol;
  /** As written, in order; empty for `icmp` and `any`. */
  readonly ports: readonly PortRange[];
  readonly reason?: string;
  readonly position: Position;
}

export type PolicyDestination =
  | { readonly kind: 'any' }
  | { readonly kind: 'cidr'; readonly cidr: Cidr; readonly except: readonly Cidr[] }
  | { readonly kind: 'host'; readonly host: HostPattern };
