import type { BpfMap, PackedEntries } from './bpf-map.ts';
import { PackedIndex } from './packed-index.ts';

/** What a map, or the part of it that matters, must hold. */
export interface Expected<K, V> {
  readonly map: BpfMap<K, V>;
  readonly entries?: Iterable<readonly [K, V]>;
  /** Further entries, as bytes. */
  readonly packed?: Iterable<PackedEntries>;
  /**
   * Which further entries may be there. Absent: the entries are looked up one by one, and what else the map holds is
   * read by no program.
   */
  readonly mayHold?: (key: K) => boolean;
  /** The part of a value that counts; absent: all of it. */
  readonly part?: (value: V) => V;
}

/** An entry that is not as it was written. */
export interface Difference<K, V> {
  readonly change: 'added' | 'changed' | 'removed';
  readonly key: K;
  /** What must stand there; undefined for one that was added. */
  readonly value: V | undefined;
}

export interface Comparison<K, V> {
  /** Entries that were looked at. */
  readonly entries: number;
  readonly differences: readonly Difference<K, V>[];
}

/** Gives others their turn. False: the comparison is to be abandoned. */
export type Pause = () => Promise<boolean>;

/** Entries between two pauses: some 10 ms of work. */
const SLICE = 8192;

/**
 * Reads a map back and compares it with what was written, byte by byte. Undefined where it was abandoned.
 * @throws KernelError
 */
export function compareMap<K, V>(
  expected: Expected<K, V>,
  pause: Pause,
): Promise<Comparison<K, V> | undefined> {
  return expected.mayHold
    ? compareWhole(expected, expected.mayHold, pause)
    : compareListed(expected, pause);
}

async function compareListed<K, V>(
  { map, entries = [], packed = [], part = (value) => value }: Expected<K, V>,
  pause: Pause,
): Promise<Comparison<K, V> | undefined> {
  const differences: Difference<K, V>[] = [];
  const bytes = Buffer.alloc(map.valueSize);
  let count = 0;
  for (const [key, value] of entries) {
    if (++count % SLICE === 0 && !(await pause())) return undefined;
    const { keys, values } = map.pack([[key, part(value)]]);
    if (!map.readInto(keys, bytes)) differences.push({ change: 'removed', key, value });
    else if (!bytes.equals(values) && !isEqualIn(map, part, bytes, values)) {
      differences.push({ change: 'changed', key, value });
    }
  }
  const key = Buffer.alloc(map.keySize);
  for (const chunk of packed) {
    if (!(await pause())) return undefined;
    count += chunk.count;
    for (let i = 0; i < chunk.count; i++) {
      chunk.keys.copy(key, 0, i * key.length, (i + 1) * key.length);
      const value = chunk.values.subarray(i * bytes.length, (i + 1) * bytes.length);
      const isThere = map.readInto(key, bytes);
      if (isThere && bytes.equals(value)) continue;
      const change = isThere ? 'changed' : 'removed';
      differences.push({ change, key: map.decodeKey(key), value: map.decodeValue(value) });
    }
  }
  return { entries: count, differences };
}

/** Whether what differs does not count. */
function isEqualIn<K, V>(
  map: BpfMap<K, V>,
  part: (value: V) => V,
  found: Buffer,
  expected: Buffer,
): boolean {
  return map.encodeValue(part(map.decodeValue(found))).equals(expected);
}

async function compareWhole<K, V>(
  { map, entries = [], packed = [] }: Expected<K, V>,
  mayHold: (key: K) => boolean,
  pause: Pause,
): Promise<Comparison<K, V> | undefined> {
  const chunks = [...packed, ...packedSlices(map, entries)];
  const { keySize, valueSize } = map;
  const index = new PackedIndex(chunks, keySize, valueSize);
  const differences: Difference<K, V>[] = [];
  let count = 0;
  for (const { keys, values, count: some } of map.packedEntries()) {
    if (!(await pause())) return undefined;
    count += some;
    for (let i = 0; i < some; i++) {
      const at = i * keySize;
      const isRight = index.holds(keys, at, values, i * valueSize);
      if (isRight) continue;
      const key = map.decodeKey(Buffer.from(keys.subarray(at, at + keySize)));
      if (isRight === false) {
        const value = map.decodeValue(index.value(keys, at));
        differences.push({ change: 'changed', key, value });
      } else if (!mayHold(key)) differences.push({ change: 'added', key, value: undefined });
    }
  }
  for (const [key, value] of index.missing()) {
    const [lost, stood] = [map.decodeKey(key), map.decodeValue(value)];
    differences.push({ change: 'removed', key: lost, value: stood });
  }
  return { entries: count, differences };
}

function* packedSlices<K, V>(
  map: BpfMap<K, V>,
  entries: Iterable<readonly [K, V]>,
): Generator<PackedEntries> {
  let slice: (readonly [K, V])[] = [];
  for (const entry of entries) {
    slice.push(entry);
    if (slice.length < SLICE) continue;
    yield map.pack(slice);
    slice = [];
  }
  yield map.pack(slice);
}
