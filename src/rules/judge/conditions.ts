import { type Address, cidrHolds } from '../../policy/index.ts';
import { isDnsPort, type Packet } from './packet.ts';
import type { ParsedClause, ParsedDestination } from './parse-clause.ts';

/** What a clause does where it matches; `ingress` lets in. What is not known fails in an allow, holds in a deny (D2). */
export type Role = 'allow' | 'deny' | 'ingress';

/** What a clause can state. */
export type ConditionName =
  | 'protocol'
  | 'port'
  | 'destination'
  | 'sni'
  | 'window'
  | 'expiry'
  | 'principal';

type Condition = (clause: ParsedClause, packet: Packet, role: Role) => boolean;

/** Each condition once, for judging and for explaining alike; one that a clause does not state holds. */
const conditions: Readonly<Record<ConditionName, Condition>> = {
  protocol: ({ protocol }, packet) =>
    protocol === 'any' || (protocol === 'tls' ? 'tcp' : protocol) === packet.protocol,
  port: portHolds,
  destination: destinationHolds,
  sni: sniHolds,
  window: ({ during }, { at }, role) =>
    !during || (at === undefined ? role === 'deny' : during.holds(at)),
  expiry: ({ expires }, { at }, role) =>
    !expires || (at === undefined ? role === 'deny' : at < expires.instant),
  principal: ({ onBehalfOf }, { traits }, role) =>
    !onBehalfOf || (traits.actsForOneOf(onBehalfOf) ?? role === 'deny'),
};

const names = Object.keys(conditions) as ConditionName[];
const inOrder = Object.values(conditions);
const allButSni = names.filter((name) => name !== 'sni').map((name) => conditions[name]);

/** A clause matches when every condition that it states holds (rule D1). */
export function clauseMatches(clause: ParsedClause, packet: Packet, role: Role): boolean {
  for (const holds of inOrder) if (!holds(clause, packet, role)) return false;
  return true;
}

/** The conditions that keep a clause from matching; none exactly if {@link clauseMatches}. */
export function failedConditions(
  clause: ParsedClause,
  packet: Packet,
  role: Role,
): ConditionName[] {
  return names.filter((name) => !conditions[name](clause, packet, role));
}

/** Rule D5: an allow by TLS name that would match, had the ClientHello named another server. */
export function failsBySniAlone(clause: ParsedClause, packet: Packet): boolean {
  return (
    allButSni.every((holds) => holds(clause, packet, 'allow')) && !sniHolds(clause, packet, 'allow')
  );
}

/** Rule D9: an allow by TLS name of this destination, whatever its port, that holds but for the protocol. */
export function allowsOverTls(clause: ParsedClause, packet: Packet): boolean {
  const { destination, window, expiry, principal } = conditions;
  return (
    isTlsToHost(clause) &&
    [destination, window, expiry, principal].every((holds) => holds(clause, packet, 'allow'))
  );
}

export function isTlsToHost({ protocol, to }: ParsedClause): boolean {
  return protocol === 'tls' && to.kind === 'host';
}

/** DNS needs an allow that names its port (rule D10). */
function portHolds({ ports }: ParsedClause, packet: Packet, role: Role): boolean {
  if (ports.length === 0) return !(role === 'allow' && isDnsPort(packet));
  const { port } = packet;
  return port !== undefined && ports.some(([low, high]) => low <= port && port <= high);
}

/** A deny by host matches on any learned name or on the server name; an allow needs a learned name (rule D3). */
function destinationHolds({ to }: ParsedClause, packet: Packet, role: Role): boolean {
  switch (to.kind) {
    case 'any':
      return true;
    case 'agent':
      return to.agent === packet.peer;
    case 'host': {
      const { traits } = packet;
      return (role === 'deny' && traits.serverNameIn(to.host)) || traits.nameIn(to.host);
    }
    case 'cidr':
      return packet.address !== undefined && blockHolds(to, packet.address);
  }
}

/** Whether an address is in the block of a destination, and in none of its exceptions. */
export function blockHolds(
  { cidr, except }: Extract<ParsedDestination, { kind: 'cidr' }>,
  address: Address,
): boolean {
  return cidrHolds(cidr, address) && !except.some((hole) => cidrHolds(hole, address));
}

/** Rules K2, D3: only an allow by TLS name asks for a server name; to anything else `tls` is TCP. */
function sniHolds({ to, protocol }: ParsedClause, { traits }: Packet, role: Role): boolean {
  if (role !== 'allow' || protocol !== 'tls' || to.kind !== 'host') return true;
  return traits.serverNameIn(to.host);
}
