import type { PortRange, Window } from '../policy/index.ts';

/**
 * A set of flows: a product of conditions, all of which hold. What is absent is no condition. NAT64 addresses
 * (64:ff9b::/96) stand for the IPv4 address inside; only TCP flows carry an SNI.
 */
export interface Region {
  /** The other side: the destination of an egress flow, the source of an ingress flow. Absent: any address of no agent. */
  readonly peer?: PeerTerms;
  /** The agent's own address, where it matters: between agents, and for flows from elsewhere. */
  readonly own?: AddressTerms;
  /** Names that the agent has learned for the destination: for each of `some` one lies in it, and none lies in `none`. */
  readonly names?: { readonly some: readonly NameTerms[]; readonly none?: NameTerms };
  /** `missing`: flows without an SNI are among them. Of no meaning for UDP and ICMP. */
  readonly sni?: NameTerms & { readonly missing: boolean };
  /** Disjoint, TCP, UDP, ICMP in this order. */
  readonly traffic: readonly TrafficTerms[];
  readonly time?: TimeTerms;
  readonly principals?: PrincipalTerms;
  /** Flows that these hold are not among them: mostly allows by host of what another name of the address is learned for. */
  readonly unless?: readonly ExceptionTerms[];
  /** Budgets that must be spent or not; `side` tells whose limit counts. */
  readonly budget?: readonly BudgetTerm[];
}

/** What a clause holds, whatever becomes of it elsewhere. */
export interface ExceptionTerms {
  readonly clause: string | null;
  readonly region: Region;
}

export interface PeerTerms {
  /** Absent: any (of the agent, if there is one). */
  readonly addresses?: AddressTerms;
  /** Present where the addresses of `Guardrail/builtin` are not among them, whatever `addresses` says. */
  readonly builtin?: 'denied';
  /** The address is this agent's, before and after. */
  readonly agent?: string;
  /** In its place where the address changes hands; `null`: no agent's. Both absent: no agent's address, before and after. */
  readonly moved?: { readonly before: string | null; readonly after: string | null };
}

/**
 * CIDRs: `include` minus `except`, the shorter way to say it. They tell addresses apart only as far as the rest of the
 * region leaves it open: one of no agent need not be told from one of an agent.
 */
export interface AddressTerms {
  readonly include: readonly string[];
  readonly except: readonly string[];
  /** Present if an address that is not known (a workload known by its agent's name alone) is among them. */
  readonly unknown?: true;
}

/** Host patterns in A-labels; `**` alone is any name. Of the patterns that a name lies in, the most specific decides. */
export interface NameTerms {
  readonly include: readonly string[];
  readonly except: readonly string[];
}

export interface TrafficTerms {
  readonly protocol: 'tcp' | 'udp' | 'icmp';
  /** Ascending, disjoint; empty: all of them, or ICMP echo. */
  readonly ports: readonly PortRange[];
}

/** When: in the windows' own terms, and exactly. */
export interface TimeTerms {
  /** One of these holds. */
  readonly cases: readonly TimeCase[];
  /** The same as instants, milliseconds since 1970: [start, end), ascending, inside the span that is compared. */
  readonly spans: readonly (readonly [start: number, end: number])[];
}

/** All of it holds. */
export interface TimeCase {
  readonly during: readonly Window[];
  readonly outside: readonly Window[];
  /** Last day on which it holds, UTC: `2027-03-31`. */
  readonly until?: string;
  /** Day after which it holds. */
  readonly after?: string;
}

export interface PrincipalTerms {
  /** Whether the principals are known; absent: either. Where they are not, `some` fails and `none` holds. */
  readonly known?: boolean;
  /** For each list one principal in common. */
  readonly some?: readonly (readonly string[])[];
  readonly none?: readonly string[];
}

export interface BudgetTerm {
  readonly clause: string;
  readonly side: 'before' | 'after';
  readonly spent: boolean;
}
