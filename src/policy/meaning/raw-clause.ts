import type { Protocol } from '../policy-set.ts';

/** A list of clauses with an `id` each, or a map from id to clause. */
export type RawClauses<Clause = RawClause> =
  | readonly (Clause & { readonly id: string })[]
  | Readonly<Record<string, Clause>>;

export interface RawClause extends RawTraffic, RawTimes {
  readonly to: RawDestination;
  readonly onBehalfOf?: readonly string[];
  readonly budget?: string;
  readonly via?: string;
}

export interface RawIngressClause extends RawTimes {
  readonly from: Pick<RawDestination, 'cidr' | 'except' | 'agent' | 'any'>;
  readonly protocol?: 'tcp' | 'udp' | 'icmp' | 'any';
  readonly ports?: RawPorts;
}

/** Exactly one of `host`, `cidr`, `endpoint`, `agent`, `any`. */
export interface RawDestination {
  readonly host?: string;
  readonly paths?: readonly string[];
  readonly cidr?: string;
  readonly except?: readonly string[];
  readonly endpoint?: string;
  readonly agent?: string;
  readonly any?: true;
}

/** What goes over the wire, beside where to. */
export interface RawTraffic {
  readonly protocol?: Protocol;
  readonly ports?: RawPorts;
  readonly accepts?: readonly string[];
}

export interface RawTimes {
  readonly during?: string;
  /** `YYYY-MM-DD`. */
  readonly expires?: string;
  readonly reason?: string;
}

export type RawPorts = readonly (number | string)[];
