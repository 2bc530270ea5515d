/**
 * C structs described once, for both sides: the eBPF header is generated from these descriptions, and user space
 * encodes and decodes map values and events with them. Little-endian, as every kernel that we support.
 */
const scalarSizes = { u8: 1, u16: 2, u32: 4, u64: 8 } as const;
type Scalar = keyof typeof scalarSizes;
const opaqueSizes = { timer: 16, lock: 4 } as const;
type Opaque = keyof typeof opaqueSizes;
const opaqueAlignments = { timer: 8, lock: 4 } as const;

/** `timer` is `struct bpf_timer`, `lock` is `struct bpf_spin_lock`: 16 and 4 opaque bytes that are the kernel's. */
export type FieldType =
  | Scalar
  | Opaque
  | { readonly of: Scalar | AnyStruct; readonly count: number };

type Fields = Readonly<Record<string, FieldType>>;

type ValueOf<T> = T extends 'u64'
  ? bigint
  : T extends Scalar
    ? number
    : T extends Opaque
      ? undefined
      : T extends { of: infer Of }
        ? Of extends 'u8'
          ? Uint8Array
          : Of extends 'u64'
            ? bigint[]
            : Of extends Scalar
              ? number[]
              : Of extends Struct<infer F>
                ? StructValue<F>[]
                : never
        : never;

type StructValue<F extends Fields> = { -readonly [K in keyof F]: ValueOf<F[K]> };

// biome-ignore lint/suspicious/noExplicitAny: a struct of any shape
export type AnyStruct = Struct<any>;

/** The value that a struct encodes from and decodes to. */
export type Decoded<S> = S extends Struct<infer F> ? StructValue<F> : never;

export interface FieldLayout {
  readonly name: string;
  readonly type: FieldType;
  readonly offset: number;
  readonly size: number;
}

export class Struct<F extends Fields> {
  readonly name: string;
  readonly size: number;
  readonly fields: readonly FieldLayout[];
  readonly alignment: number;

  /** @throws if a field would need padding: padding is written out, so that no byte of a key is ever undefined. */
  constructor(name: string, fields: F) {
    let offset = 0;
    let alignment = 1;
    this.fields = Object.entries(fields).map(([field, type]) => {
      const align = alignmentOf(type);
      if (offset % align !== 0) throw new Error(`struct ${name}: ${field} needs padding before it`);
      const layout = { name: field, type, offset, size: sizeOf(type) };
      offset += layout.size;
      alignment = Math.max(alignment, align);
      return layout;
    });
    if (offset % alignment !== 0) throw new Error(`struct ${name} needs padding at its end`);
    this.name = name;
    this.size = offset;
    this.alignment = alignment;
  }

  /** Fields that are left out are zero. */
  encode(value: Partial<StructValue<F>>, into: Buffer = Buffer.alloc(this.size), base = 0): Buffer {
    for (const field of this.fields) {
      const given = (value as Record<string, unknown>)[field.name];
      if (given !== undefined) writeField(into, base + field.offset, field, given);
    }
    return into;
  }

  /** Where a field begins, in bytes. */
  offsetOf(name: keyof F & string): number {
    const field = this.fields.find((one) => one.name === name);
    if (!field) throw new Error(`struct ${this.name} has no ${name}`);
    return field.offset;
  }

  decode(from: Buffer, base = 0): StructValue<F> {
    const value: Record<string, unknown> = {};
    for (const field of this.fields)
      value[field.name] = readField(from, base + field.offset, field);
    return value as StructValue<F>;
  }
}

export function array<const T extends Scalar | AnyStruct>(of: T, count: number) {
  return { of, count } as const;
}

function sizeOf(type: FieldType): number {
  if (isOpaque(type)) return opaqueSizes[type];
  if (typeof type === 'string') return scalarSizes[type];
  return type.count * (typeof type.of === 'string' ? scalarSizes[type.of] : type.of.size);
}

function alignmentOf(type: FieldType): number {
  if (isOpaque(type)) return opaqueAlignments[type];
  if (typeof type === 'string') return scalarSizes[type];
  return typeof type.of === 'string' ? scalarSizes[type.of] : type.of.alignment;
}

function writeScalar(into: Buffer, at: number, type: Scalar, value: number | bigint): void {
  if (type === 'u64') into.writeBigUInt64LE(typeof value === 'bigint' ? value : BigInt(value), at);
  else if (type === 'u32') into.writeUInt32LE(Number(value), at);
  else if (type === 'u16') into.writeUInt16LE(Number(value), at);
  else into.writeUInt8(Number(value), at);
}

function readScalar(from: Buffer, at: number, type: Scalar): number | bigint {
  return type === 'u64' ? from.readBigUInt64LE(at) : from.readUIntLE(at, scalarSizes[type]);
}

function writeField(into: Buffer, at: number, field: FieldLayout, value: unknown): void {
  const { type } = field;
  if (isOpaque(type)) return;
  if (typeof type === 'string') {
    writeScalar(into, at, type, value as number | bigint);
    return;
  }
  const items = value as ArrayLike<unknown>;
  if (items.length > type.count) throw new Error(`${field.name}: more than ${type.count} items`);
  const { of } = type;
  if (typeof of !== 'string') {
    for (let i = 0; i < items.length; i++) of.encode(items[i] as object, into, at + i * of.size);
  } else if (of === 'u8') {
    into.set(items as ArrayLike<number>, at);
  } else {
    const size = scalarSizes[of];
    for (let i = 0; i < items.length; i++) {
      writeScalar(into, at + i * size, of, items[i] as number | bigint);
    }
  }
}

function readField(from: Buffer, at: number, { type }: FieldLayout): unknown {
  if (isOpaque(type)) return undefined;
  if (typeof type === 'string') return readScalar(from, at, type);
  const { of, count } = type;
  if (of === 'u8') return new Uint8Array(from.subarray(at, at + count));
  return Array.from({ length: count }, (_, i) =>
    typeof of === 'string'
      ? readScalar(from, at + i * scalarSizes[of], of)
      : of.decode(from, at + i * of.size),
  );
}

function isOpaque(type: FieldType): type is Opaque {
  return typeof type === 'string' && type in opaqueSizes;
}
