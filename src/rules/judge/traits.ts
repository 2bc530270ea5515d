import { type HostPattern, hostMatches } from '../../policy/index.ts';
import type { Flow } from '../flow.ts';

/**
 * What clauses ask of a flow beside its addresses, ports and time. The evaluator asks nothing else of them, so that
 * whoever wants to know what a flow depends on can answer in its place.
 */
export interface Traits {
  /** Whether one of the names that the agent has learned for the destination matches. */
  nameIn(host: HostPattern): boolean;
  /** Whether the ClientHello names a server that matches. Asked of TCP alone. */
  serverNameIn(host: HostPattern): boolean;
  /** Whether the workload acts for one of the principals; undefined where it is not known for whom (rule D2). */
  actsForOneOf(principals: readonly string[]): boolean | undefined;
  /** Whether the budget of a clause is spent. */
  isSpent(clause: string): boolean;
}

/** The traits that a flow states. */
export function traitsOf({ names = [], sni, onBehalfOf, spent = [] }: Flow): Traits {
  return {
    nameIn: (host) => names.some((name) => hostMatches(host, name)),
    serverNameIn: (host) => sni !== undefined && hostMatches(host, sni),
    actsForOneOf: (principals) => onBehalfOf?.some((one) => principals.includes(one)),
    isSpent: (clause) => spent.includes(clause),
  };
}

/** As the receiver's rules see them: the other side is the sender and has no name (rule D8). */
export function inboundTraits(traits: Traits): Traits {
  return {
    nameIn: () => false,
    serverNameIn: () => false,
    actsForOneOf: (principals) => traits.actsForOneOf(principals),
    isSpent: (clause) => traits.isSpent(clause),
  };
}

/** As the sender's rules see them: nothing but TCP has a ClientHello to read. */
export function outboundTraits(traits: Traits, protocol: 'tcp' | 'udp' | 'icmp'): Traits {
  if (protocol === 'tcp') return traits;
  return {
    nameIn: (host) => traits.nameIn(host),
    serverNameIn: () => false,
    actsForOneOf: (principals) => traits.actsForOneOf(principals),
    isSpent: (clause) => traits.isSpent(clause),
  };
}
