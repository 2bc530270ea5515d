import type { PackedEntries } from './bpf-map.ts';

/**
 * Finds entries by the bytes of their keys. Keys and values stay where they are; a key that comes again counts as what
 * it was last.
 */
export class PackedIndex {
  readonly #chunks: readonly PackedEntries[];
  readonly #keySize: number;
  readonly #valueSize: number;
  /** Numbers of entries, counted from 1 through all chunks, by the hash of their keys; 0: free. */
  readonly #slots: Int32Array;
  readonly #chunkOf: Int32Array;
  /** Number of the first entry of each chunk. */
  readonly #first: number[] = [];
  readonly #seen: Uint8Array;

  constructor(chunks: readonly PackedEntries[], keySize: number, valueSize: number) {
    this.#chunks = chunks;
    this.#keySize = keySize;
    this.#valueSize = valueSize;
    const total = chunks.reduce((sum, { count }) => sum + count, 0);
    this.#slots = new Int32Array(2 ** Math.ceil(Math.log2(Math.max(2 * total, 2))));
    this.#chunkOf = new Int32Array(total + 1);
    this.#seen = new Uint8Array(total + 1);
    let number = 1;
    for (const [i, { keys, count }] of chunks.entries()) {
      this.#first.push(number);
      for (let at = 0; at < count; at++) {
        this.#chunkOf[number] = i;
        const slot = this.#slotOf(keys, at * keySize);
        // What is overwritten is nothing that could be missing.
        this.#seen[this.#slots[slot] as number] = 1;
        this.#slots[slot] = number++;
      }
    }
  }

  /**
   * Looks an entry up, which is found with it.
   * @param at offset of the key in `keys`
   * @returns whether the value at `valueAt` is the one that belongs there; undefined: there is none of that key
   */
  holds(keys: Buffer, at: number, values: Buffer, valueAt: number): boolean | undefined {
    const number = this.#slots[this.#slotOf(keys, at)] as number;
    if (number === 0) return undefined;
    this.#seen[number] = 1;
    const { chunk, place } = this.#placeOf(number);
    const start = place * this.#valueSize;
    const end = start + this.#valueSize;
    return chunk.values.compare(values, valueAt, valueAt + this.#valueSize, start, end) === 0;
  }

  /** The value of a key, for one that {@link holds} found. */
  value(keys: Buffer, at: number): Buffer {
    return this.#entry(this.#slots[this.#slotOf(keys, at)] as number)[1];
  }

  /** Entries that were not looked up. */
  *missing(): Generator<[key: Buffer, value: Buffer]> {
    for (let number = 1; number < this.#seen.length; number++) {
      if (this.#seen[number] === 0) yield this.#entry(number);
    }
  }

  #entry(number: number): [Buffer, Buffer] {
    const { chunk, place } = this.#placeOf(number);
    const part = (bytes: Buffer, size: number) => bytes.subarray(place * size, (place + 1) * size);
    return [part(chunk.keys, this.#keySize), part(chunk.values, this.#valueSize)];
  }

  #placeOf(number: number): { readonly chunk: PackedEntries; readonly place: number } {
    const i = this.#chunkOf[number] as number;
    return { chunk: this.#chunks[i] as PackedEntries, place: number - (this.#first[i] as number) };
  }

  /** Where the key stands, or would stand. */
  #slotOf(keys: Buffer, at: number): number {
    const size = this.#keySize;
    const mask = this.#slots.length - 1;
    for (let slot = hash(keys, at, size) & mask; ; slot = (slot + 1) & mask) {
      const number = this.#slots[slot] as number;
      if (number === 0) return slot;
      const { chunk, place } = this.#placeOf(number);
      const start = place * size;
      if (chunk.keys.compare(keys, at, at + size, start, start + size) === 0) return slot;
    }
  }
}

/** FNV-1a over 32 bits at a time: sizes of keys are whole words. */
function hash(bytes: Buffer, at: number, size: number): number {
  let value = 0x811c9dc5;
  for (let i = at; i < at + size; i += 4) {
    const word =
      (bytes[i] as number) |
      ((bytes[i + 1] as number) << 8) |
      ((bytes[i + 2] as number) << 16) |
      ((bytes[i + 3] as number) << 24);
    value = Math.imul(value ^ word, 0x01000193);
    value ^= value >>> 15;
  }
  return value;
}
