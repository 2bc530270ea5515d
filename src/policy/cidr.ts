import { type Address, addressBits, formatAddress, parseAddress } from './address.ts';

/** A block of addresses; `value` has no bits set beyond `length`. */
export interface Cidr extends Address {
  /** Prefix length: 0–32 for IPv4, 0–128 for IPv6. */
  readonly length: number;
}

export type CidrFault = 'syntax' | 'no-length' | 'host-bits';

/** Strict (rule K3): one string with a length, no leading zeros, no host bits. */
export function parseCidr(text: string): Cidr | CidrFault {
  const cidr = parseBlock(text);
  if (typeof cidr === 'string') return cidr;
  return networkOf(cidr) === cidr.value ? cidr : 'host-bits';
}

/** The block around an address that is written with a length: {@link parseCidr} with host bits cleared. */
export function parseEnclosingCidr(text: string): Cidr | CidrFault {
  const cidr = parseBlock(text);
  return typeof cidr === 'string' ? cidr : { ...cidr, value: networkOf(cidr) };
}

function parseBlock(text: string): Cidr | CidrFault {
  const match = /^([^/]+)(?:\/(0|[1-9]\d{0,2}))?$/.exec(text);
  const address = match?.[1] === undefined ? undefined : parseAddress(match[1]);
  if (!address) return 'syntax';
  if (match?.[2] === undefined) return text.includes('/') ? 'syntax' : 'no-length';
  const length = Number(match[2]);
  return length > addressBits[address.family] ? 'syntax' : { ...address, length };
}

/** The value with all bits beyond the length cleared. */
export function networkOf({ family, value, length }: Cidr): bigint {
  const hostBits = BigInt(addressBits[family] - length);
  return (value >> hostBits) << hostBits;
}

export function formatCidr(cidr: Cidr): string {
  return `${formatAddress(cidr)}/${cidr.length}`;
}

/** The block that holds this address alone. */
export function hostCidr(address: Address): Cidr {
  return { ...address, length: addressBits[address.family] };
}

export function cidrHolds(cidr: Cidr, inner: Address & { readonly length?: number }): boolean {
  if (cidr.family !== inner.family) return false;
  if ((inner.length ?? addressBits[inner.family]) < cidr.length) return false;
  return networkOf({ ...cidr, value: inner.value }) === cidr.value;
}

export function cidrsOverlap(a: Cidr, b: Cidr): boolean {
  return cidrHolds(a, b) || cidrHolds(b, a);
}

/** IPv4 before IPv6, then by address, then the wider first: a stable order for canonical output. */
export function compareCidrs(a: Cidr, b: Cidr): number {
  if (a.family !== b.family) return a.family - b.family;
  if (a.value !== b.value) return a.value < b.value ? -1 : 1;
  return a.length - b.length;
}
