import type { Address, Mode } from '../policy/index.ts';
import type { Reason } from './reasons.ts';

/** What is known of the world when a flow or question is judged; what is absent is not known (rule D2). */
export interface Circumstances {
  /** Milliseconds since 1970, UTC. Never the machine's clock by default. */
  readonly at?: number;
}

/** One flow as the evaluator judges it: who, to where, over what. */
export interface Flow extends Circumstances {
  /** Name of the sending agent. With {@link src} too, the address must be the agent's own. */
  readonly agent?: string;
  readonly src?: Address;
  /** Of the family of `src`. Either may be IPv4-mapped, as a packet may carry it: the flow is malformed then (D11). */
  readonly dst: Address;
  /** Names that the agent has learned for `dst`: lower-case A-labels, no trailing dot. Absent: none. */
  readonly names?: readonly string[];
  /** Server name of the ClientHello, spelt like `names`. Absent: a ClientHello without one (rule D5). */
  readonly sni?: string;
  /** `icmp` is an echo request (ICMPv6 for an IPv6 destination); a number is any other IP protocol. */
  readonly protocol: 'tcp' | 'udp' | 'icmp' | number;
  /** Destination port; required for tcp and udp. */
  readonly port?: number;
  /** Principals that the workload acts for; empty is known and matches nothing. */
  readonly onBehalfOf?: readonly string[];
  /** Ids of the clauses whose budget is spent; absent: none (rule D4). */
  readonly spent?: readonly string[];
}

/** A question to one of the agent's resolvers. */
export interface Question extends Circumstances {
  readonly agent: string;
  /** Lower-case A-labels, no trailing dot. */
  readonly name: string;
  /** `A`, `AAAA`, … or a numeric type. */
  readonly type: string | number;
  /** For PTR: names that the agent has learned for the address asked about; absent: none. */
  readonly names?: readonly string[];
}

/** An address that belongs to an agent because a workload registered with the labels of its selector. */
export interface Registration {
  readonly address: Address;
  readonly agent: string;
}

/** All of them, or a look-up of who has registered with an address. */
export type Registrations = readonly Registration[] | ((address: Address) => string | undefined);

export interface Verdict {
  readonly decision: 'allow' | 'deny';
  readonly reason: Reason;
  /** The clause that decided (or would have, in audit), `null` where none did. */
  readonly clause: string | null;
  /** The agent's mode; `enforce` where no agent is known. */
  readonly mode: Mode;
  /** First clause of an audit guardrail that would have decided before `clause`; `null` where none. */
  readonly noted: string | null;
}
