import type { Address } from '../policy/index.ts';
import type { Flow } from './flow.ts';

/** What a clause is compared with. */
export interface Packet {
  /** The other side; undefined where it is not known: then only `any` matches. */
  readonly address: Address | undefined;
  readonly names: readonly string[];
  readonly protocol: 'tcp' | 'udp' | 'icmp';
  readonly port: number | undefined;
}

const nat64Prefix = 0x64ff9bn << 64n;

/** The packet as the sender's rules see it: towards the destination, which may hide in a NAT64 address. */
export function outbound(flow: Flow, protocol: Packet['protocol']): Packet {
  return {
    address: unwrapNat64(flow.dst),
    names: flow.names ?? [],
    protocol,
    port: flow.port,
  };
}

/** The packet as the receiver's guardrails see it: the other side is the sender and has no name (rule D8). */
export function inbound(flow: Flow, protocol: Packet['protocol'], src?: Address): Packet {
  const address = src && unwrapNat64(src);
  return { address, names: [], protocol, port: flow.port };
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
