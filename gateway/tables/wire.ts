import { type Address, addressBits, type Cidr, formatAddress } from '../../src/policy/index.ts';
import { constants } from '../layout/index.ts';

const MAPPED = 0xffffn << 32n;

/** 16 bytes in network order; IPv4 as ::ffff:a.b.c.d. */
export function addressBytes({ family, value }: Address): Buffer {
  const number = family === 4 ? MAPPED | value : value;
  const bytes = Buffer.alloc(16);
  bytes.writeBigUInt64BE(number >> 64n, 0);
  bytes.writeBigUInt64BE(number & 0xffffffffffffffffn, 8);
  return bytes;
}

/** The same as two words, as the programs hold it. */
export function addressWords(address: Address): bigint[] {
  const bytes = addressBytes(address);
  return [bytes.readBigUInt64LE(0), bytes.readBigUInt64LE(8)];
}

/** Prefix length counted in the 128-bit form. */
export function wireLength({ family, length }: Cidr): number {
  return length + (128 - addressBits[family]);
}

function addressOfBytes(bytes: Uint8Array): Address {
  const buffer = Buffer.from(bytes);
  const value = (buffer.readBigUInt64BE(0) << 64n) | buffer.readBigUInt64BE(8);
  return value >> 32n === 0xffffn
    ? { family: 4, value: value & 0xffffffffn }
    : { family: 6, value };
}

export function addressText(bytes: Uint8Array): string {
  return formatAddress(addressOfBytes(bytes));
}

/** `api.example.com` as the programs hold it: `moc.elpmaxe.ipa.` */
export function reversedName(name: string): Buffer {
  const reversed = Buffer.from(`.${name}`, 'latin1').reverse();
  if (reversed.length > constants.MAX_NAME) throw new Error(`name too long: ${name}`);
  return reversed;
}

export function nameText(reversed: Uint8Array): string {
  return Buffer.from(reversed).reverse().toString('latin1').replace(/^\./, '');
}

const latest = (1n << 64n) - 2n;

/** An instant (milliseconds since 1970, UTC) as the programs count; what lies beyond their years is their last instant. */
export function nanoseconds(instant: number): bigint {
  const exact = BigInt(Math.trunc(instant)) * 1_000_000n;
  return exact < 1n ? 1n : exact > latest ? latest : exact;
}

/** Text in a fixed field, NUL-padded. */
export function fixedText(text: string, size: number): Buffer {
  const bytes = Buffer.alloc(size);
  bytes.write(text, 'utf8');
  return bytes;
}

export function textOf(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return Buffer.from(end < 0 ? bytes : bytes.subarray(0, end)).toString('utf8');
}
