/**
 * An IP address as a number. IPv4-mapped IPv6 text (`::ffff:1.2.3.4`) does not parse: it never names a destination
 * (rule K3), so an address has exactly one family.
 */
export interface Address {
  readonly family: 4 | 6;
  /** Big-endian value: 32 bits for IPv4, 128 for IPv6. */
  readonly value: bigint;
}

export const addressBits = { 4: 32, 6: 128 } as const;

/** Strict text forms only: dotted quad without leading zeros, RFC 4291 section 2.2 without zone. */
export function parseAddress(text: string): Address | undefined {
  if (text.includes(':')) {
    const value = parseIpv6(text);
    return value === undefined || isMapped(value) ? undefined : { family: 6, value };
  }
  const value = parseIpv4(text);
  return value === undefined ? undefined : { family: 4, value };
}

/** As {@link parseAddress}, but admits the IPv4-mapped form: a packet may carry it, though no policy can name it. */
export function parsePacketAddress(text: string): Address | undefined {
  const value = text.includes(':') ? parseIpv6(text) : undefined;
  return value === undefined ? parseAddress(text) : { family: 6, value };
}

/** `::ffff:0:0/96` (RFC 4291 section 2.5.5.2). */
export function isMapped(value: bigint): boolean {
  return value >> 32n === 0xffffn;
}

/** Whether the text is an IPv4-mapped IPv6 address, which {@link parseAddress} refuses. */
export function isMappedText(text: string): boolean {
  const value = text.includes(':') ? parseIpv6(text) : undefined;
  return value !== undefined && isMapped(value);
}

function parseIpv4(text: string): bigint | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  let value = 0;
  for (const part of parts) {
    if (!/^(?:0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return undefined;
    value = value * 256 + Number(part);
  }
  return BigInt(value);
}

function parseIpv6(text: string): bigint | undefined {
  let source = text;
  const tail = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  if (tail?.[1] !== undefined && tail[2] !== undefined) {
    const v4 = parseIpv4(tail[2]);
    if (v4 === undefined) return undefined;
    source = `${tail[1]}${(v4 >> 16n).toString(16)}:${(v4 & 0xffffn).toString(16)}`;
  }
  const halves = source.split('::');
  if (halves.length > 2) return undefined;
  const head = groups(halves[0] ?? '');
  const rest = halves.length === 2 ? groups(halves[1] ?? '') : [];
  if (!head || !rest) return undefined;
  const missing = 8 - head.length - rest.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const all = [...head, ...Array<bigint>(missing).fill(0n), ...rest];
  return all.reduce((value, group) => (value << 16n) | group, 0n);
}

function groups(text: string): bigint[] | undefined {
  if (text === '') return [];
  const parts = text.split(':');
  return parts.every((part) => /^[\da-f]{1,4}$/i.test(part))
    ? parts.map((part) => BigInt(`0x${part}`))
    : undefined;
}

/** RFC 5952 text. */
export function formatAddress({ family, value }: Address): string {
  if (family === 4) {
    const bits = Number(value);
    return `${bits >>> 24}.${(bits >>> 16) & 0xff}.${(bits >>> 8) & 0xff}.${bits & 0xff}`;
  }
  const parts = Array.from({ length: 8 }, (_, i) => (value >> BigInt(112 - 16 * i)) & 0xffffn);
  const { start, length } = longestZeroRun(parts);
  const hex = parts.map((part) => part.toString(16));
  if (length < 2) return hex.join(':');
  return `${hex.slice(0, start).join(':')}::${hex.slice(start + length).join(':')}`;
}

function longestZeroRun(parts: readonly bigint[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  for (let start = 0; start < parts.length; start++) {
    let end = start;
    while (end < parts.length && parts[end] === 0n) end++;
    if (end - start > best.length) best = { start, length: end - start };
  }
  return best;
}
