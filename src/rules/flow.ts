import type { Address, Mode } from '../policy/index.ts';
import type { Reason } from './reasons.ts';

/** One flow as the evaluator judges it: who, to where, over what. */
export interface Flow {
  /** Name of the sending agent. With {@link src} too, the address must be the agent's own. */
  readonly agent?: string;
  readonly src?: Address;
  /** Of the family of `src`. Either may be IPv4-mapped, as a packet may carry it: the flow is malformed then (D11). */
  readonly dst: Address;
  /** Names that the agent has learned for `dst`: lower-case A-labels, no trailing dot. Absent: none. */
  readonly names?: readonly string[];
  /** `icmp` is an echo request (ICMPv6 for an IPv6 destination); a number is any other IP protocol. */
  readonly protocol: 'tcp' | 'udp' | 'icmp' | number;
  /** Destination port; required for tcp and udp. */
  readonly port?: number;
}

/** A question to one of the agent's resolvers. */
export interface Question {
  readonly agent: string;
  /** Lower-case A-labels, no trailing dot. */
  readonly name: string;
  /** `A`, `AAAA`, … or a numeric type. */
  readonly type: string | number;
}

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
