import { closeSync } from 'node:fs';
import { type Codec, u32 } from './codec.ts';
import { checked, KernelError } from './kernel-error.ts';
import { keepAlive, libbpf } from './libbpf.ts';

const ENOENT = -2;
/** E2BIG of hashes, ENOSPC of tries, ENOMEM of both. */
const full: readonly number[] = [-7, -28, -12];
const MAX_BATCH = 8192;

/** Entries of a map as bytes, one after the other: a hundred thousand objects would take ten times the room. */
export interface PackedEntries {
  readonly keys: Buffer;
  readonly values: Buffer;
  readonly count: number;
}

/** One eBPF map by its descriptor. Every failing call throws {@link KernelError} with the map's name. */
export class BpfMap<K, V> {
  readonly name: string;
  readonly fd: number;
  readonly #key: Codec<K>;
  readonly #value: Codec<V>;

  constructor(name: string, fd: number, key: Codec<K>, value: Codec<V>) {
    this.name = name;
    this.fd = fd;
    this.#key = key;
    this.#value = value;
  }

  get(key: K): V | undefined {
    const value = this.#getRaw(this.#key.encode(key), this.#value.size);
    return value && this.#value.decode(value);
  }

  /** Per-CPU maps: the value of each possible CPU. */
  getPerCpu(key: K): V[] {
    const stride = Math.ceil(this.#value.size / 8) * 8;
    const cpus = libbpf().possibleCpus();
    const all = this.#getRaw(this.#key.encode(key), stride * cpus);
    if (!all) return [];
    return Array.from({ length: cpus }, (_, cpu) => this.#value.decode(all.subarray(cpu * stride)));
  }

  /** Per-CPU maps: zero on every CPU. */
  clearPerCpu({ keys, count }: Pick<PackedEntries, 'keys' | 'count'>): void {
    const stride = Math.ceil(this.#value.size / 8) * 8 * libbpf().possibleCpus();
    const zero = Buffer.alloc(count * stride);
    const result = libbpf().mapUpdateBatch(this.fd, keys, zero, [count], null);
    checked(`updating ${count} entries of map ${this.name}`, result);
  }

  set(key: K, value: V): void {
    const result = libbpf().mapUpdate(this.fd, this.#key.encode(key), this.#value.encode(value), 0);
    this.#written(result);
  }

  /** Many entries in few system calls; not atomic as a whole. */
  setAll(entries: readonly (readonly [K, V])[]): void {
    for (let start = 0; start < entries.length; start += MAX_BATCH) {
      this.setPacked(this.pack(entries.slice(start, start + MAX_BATCH)));
    }
  }

  /** As {@link setAll}. */
  setPacked({ keys, values, count }: PackedEntries): void {
    if (count === 0) return;
    this.#written(libbpf().mapUpdateBatch(this.fd, keys, values, [count], null));
  }

  /** Entries as the kernel takes them. */
  pack(entries: readonly (readonly [K, V])[]): PackedEntries {
    const keys = Buffer.alloc(entries.length * this.#key.size);
    const values = Buffer.alloc(entries.length * this.#value.size);
    let i = 0;
    for (const [key, value] of entries) {
      this.#key.encode(key, keys, i * this.#key.size);
      this.#value.encode(value, values, i * this.#value.size);
      i++;
    }
    return { keys, values, count: entries.length };
  }

  /** Whether there was anything to delete. */
  delete(key: K): boolean {
    const result = libbpf().mapDelete(this.fd, this.#key.encode(key));
    if (result === ENOENT) return false;
    checked(`deleting from map ${this.name}`, result);
    return true;
  }

  deleteAll(keys: readonly K[]): void {
    for (const key of keys) this.delete(key);
  }

  deletePacked({ keys, count }: PackedEntries): void {
    const { size } = this.#key;
    for (let i = 0; i < count; i++) {
      const result = libbpf().mapDelete(this.fd, keys.subarray(i * size, (i + 1) * size));
      if (result !== ENOENT) checked(`deleting from map ${this.name}`, result);
    }
  }

  /** A walk, not a snapshot: entries that change meanwhile may be missed or seen twice. */
  *entries(): Generator<[K, V]> {
    for (const key of this.keys()) {
      const value = this.get(key);
      if (value !== undefined) yield [key, value];
    }
  }

  *keys(): Generator<K> {
    let previous: Buffer | null = null;
    while (true) {
      const next = Buffer.alloc(this.#key.size);
      const result = libbpf().mapNextKey(this.fd, previous, next);
      if (result === ENOENT) return;
      checked(`walking map ${this.name}`, result);
      yield this.#key.decode(next);
      previous = next;
    }
  }

  get keySize(): number {
    return this.#key.size;
  }

  get valueSize(): number {
    return this.#value.size;
  }

  /** Reads the value of a key into `value`. Whether there is one. */
  readInto(key: Buffer, value: Buffer): boolean {
    const result = libbpf().mapLookup(this.fd, key, value);
    if (result === ENOENT) return false;
    checked(`reading map ${this.name}`, result);
    return true;
  }

  decodeKey(from: Buffer): K {
    return this.#key.decode(from);
  }

  decodeValue(from: Buffer): V {
    return this.#value.decode(from);
  }

  encodeValue(value: V): Buffer {
    return this.#value.encode(value);
  }

  /** Every entry, in few system calls; a walk as {@link entries}. Valid until the next ones are asked for. */
  *packedEntries(): Generator<PackedEntries> {
    const [keySize, valueSize] = [this.#key.size, this.#value.size];
    const keys = Buffer.alloc(keySize * MAX_BATCH);
    const values = Buffer.alloc(valueSize * MAX_BATCH);
    // The kernel's own mark of where it stands: a key, or the number of a bucket.
    const places = [
      Buffer.alloc(Math.max(4, keySize)),
      Buffer.alloc(Math.max(4, keySize)),
    ] as const;
    for (let turn = 0, isLast = false; !isLast; turn++) {
      const count = [MAX_BATCH];
      const from = turn === 0 ? null : places[turn & 1 ? 0 : 1];
      const next = places[turn & 1 ? 1 : 0];
      const result = libbpf().mapLookupBatch(this.fd, from, next, keys, values, count, null);
      isLast = result === ENOENT;
      if (!isLast) checked(`reading map ${this.name}`, result);
      yield { keys, values, count: count[0] ?? 0 };
    }
  }

  /** The same one by one. */
  *rawEntries(): Generator<[Buffer, Buffer]> {
    const [keySize, valueSize] = [this.#key.size, this.#value.size];
    for (const { keys, values, count } of this.packedEntries()) {
      for (let i = 0; i < count; i++) {
        yield [
          keys.subarray(i * keySize, (i + 1) * keySize),
          values.subarray(i * valueSize, (i + 1) * valueSize),
        ];
      }
    }
  }

  /** A map of maps: puts the map behind `fd` at `key` and waits until no program reads what stood there. */
  async replaceInner(key: K, fd: number): Promise<void> {
    const [keyBytes, valueBytes] = [this.#key.encode(key), u32.encode(fd)];
    const result = await new Promise<number>((resolve, reject) => {
      libbpf().mapUpdateAsync(this.fd, keyBytes, valueBytes, 0, (error, code) => {
        // Nobody else holds them, and the thread that makes the call holds but their addresses.
        keepAlive(keyBytes, valueBytes);
        if (error) reject(error);
        else resolve(code);
      });
    });
    checked(`updating map ${this.name}`, result);
  }

  close(): void {
    closeSync(this.fd);
  }

  /** @throws KernelError `map-full`, or what else the kernel says */
  #written(result: number): void {
    if (!full.includes(result)) {
      checked(`updating map ${this.name}`, result);
      return;
    }
    throw new KernelError(
      'map-full',
      `Map ${this.name} is full, or the kernel has no memory for more. The rules in force stay as they were. ` +
        'Fewer agents, addresses, names or port ranges are needed, or another gateway for some of them: docs/gateway.md, "Limits".',
      { errno: -result },
    );
  }

  #getRaw(key: Buffer, size: number): Buffer | undefined {
    const value = Buffer.alloc(size);
    return this.readInto(key, value) ? value : undefined;
  }
}
