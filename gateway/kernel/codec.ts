import type { Decoded, Struct } from '../layout/index.ts';

/** A key or value that is one little-endian 32-bit number. */
export const u32 = {
  size: 4,
  encode(value: number, into = Buffer.alloc(4), base = 0): Buffer {
    into.writeUInt32LE(value, base);
    return into;
  },
  decode: (from: Buffer): number => from.readUInt32LE(),
} as const;

export const u64 = {
  size: 8,
  encode(value: bigint, into = Buffer.alloc(8), base = 0): Buffer {
    into.writeBigUInt64LE(value, base);
    return into;
  },
  decode: (from: Buffer): bigint => from.readBigUInt64LE(),
} as const;

/** How keys or values of a map look in bytes. */
export interface Codec<T> {
  readonly size: number;
  /** @param into where to, a buffer of zeros; a new one unless given */
  encode(value: T, into?: Buffer, base?: number): Buffer;
  decode(from: Buffer): T;
}

export function codecOf<F extends ConstructorParameters<typeof Struct>[1]>(
  struct: Struct<F>,
): Codec<Decoded<Struct<F>>> {
  return {
    size: struct.size,
    encode: (value, into, base) => struct.encode(value as never, into, base),
    decode: (from) => struct.decode(from) as Decoded<Struct<F>>,
  };
}
