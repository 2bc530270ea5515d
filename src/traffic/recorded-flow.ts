/** One flow as a gateway decided it, or several equal ones. */
export interface RecordedFlow {
  /** When it was decided, ISO 8601 in UTC. */
  readonly at: string;
  /** The agent that was judged: the sender, or the receiver of a flow from elsewhere. */
  readonly agent: string | null;
  readonly src: string;
  readonly dst: string;
  /** A number is an IP protocol beside these; `icmp` is echo. */
  readonly protocol: 'tcp' | 'udp' | 'icmp' | number;
  /** Destination port of tcp and udp. */
  readonly port?: number;
  /** What the agent had learned for `dst`, lower-case A-labels; `null`: whether it had learned any was not recorded. */
  readonly names: readonly string[] | null;
  /** Server name of the ClientHello, spelt like `names`; empty: it named none. Absent: not recorded. */
  readonly sni?: string;
  /** Principals that the workload acted for. Absent: not recorded. */
  readonly onBehalfOf?: readonly string[];
  readonly decision: 'allow' | 'deny';
  /** One of the list of reasons, or one that a newer gateway has added to it. */
  readonly reason: string;
  readonly clause: string | null;
  readonly policyVersion: string | null;
  readonly commit?: string;
  readonly gateway?: string;
  /** How many flows the record stands for, 1 or more. */
  readonly count: number;
}
