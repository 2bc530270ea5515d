import type { Address } from '../../policy/index.ts';
import type { Flow } from '../flow.ts';
import { isInstant } from '../time/index.ts';
import { inboundTraits, outboundTraits, type Traits } from './traits.ts';

/** What a clause is compared with: a flow as one side of it sees the other. */
export interface Packet {
  /** The other side; undefined where it is not known: then no CIDR holds it. */
  readonly address: Address | undefined;
  /** The agent on the other side, by name. */
  readonly peer: string | undefined;
  readonly names: readonly string[];
  /** Server name of a ClientHello; nothing but TCP has one. */
  readonly sni: string | undefined;
  readonly protocol: 'tcp' | 'udp' | 'icmp';
  readonly port: number | undefined;
  /** Milliseconds since 1970, UTC; undefined where it is not known. */
  readonly at: number | undefined;
  /** Undefined where they are not known. */
  readonly principals: readonly string[] | undefined;
  /** What conditions ask of names, server name, principals and budgets; the fields above are for telling them. */
  readonly traits: Traits;
}

const nat64Prefix = 0x64ff9bn << 64n;

/** The packet as the sender's rules see it: towards the destination, which may hide in a NAT64 address. */
export function outbound(
  flow: Flow,
  traits: Traits,
  protocol: Packet['protocol'],
  receiver?: string,
): Packet {
  return {
    address: unwrapNat64(flow.dst),
    peer: receiver,
    names: flow.names ?? [],
    sni: protocol === 'tcp' ? flow.sni : undefined,
    traits: outboundTraits(traits, protocol),
    ...circumstances(flow, protocol),
  };
}

/** The packet as the receiver's rules see it: the other side is the sender and has no name (rule D8). */
export function inbound(
  flow: Flow,
  traits: Traits,
  protocol: Packet['protocol'],
  from: { readonly address: Address | undefined; readonly agent: string | undefined },
): Packet {
  return {
    address: from.address && unwrapNat64(from.address),
    peer: from.agent,
    names: [],
    sni: undefined,
    traits: inboundTraits(traits),
    ...circumstances(flow, protocol),
  };
}

function circumstances({ port, at, onBehalfOf }: Flow, protocol: Packet['protocol']) {
  return { protocol, port, at: knownInstant(at), principals: onBehalfOf };
}

/** A time that no clock can show is not known. */
export function knownInstant(at: number | undefined): number | undefined {
  return at !== undefined && isInstant(at) ? at : undefined;
}

/** 64:ff9b::/96 (RFC 6052) is judged as the IPv4 address inside (rule D11). */
export function unwrapNat64(address: Address): Address {
  return address.family === 6 && address.value >> 32n === nat64Prefix
    ? { family: 4, value: address.value & 0xffff_ffffn }
    : address;
}

/** Ports of DNS and DNS over TLS, QUIC or DTLS; a clause that names no port never opens them (rule D10). */
export function isDnsPort({ protocol, port }: Packet): boolean {
  return protocol !== 'icmp' && (port === 53 || port === 853);
}
