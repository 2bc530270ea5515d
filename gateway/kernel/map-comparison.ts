import type { BpfMap } from './bpf-map.ts';

/** What a map, or the part of it that matters, must hold. */
export interface Expected<K, V> {
  readonly map: BpfMap<K, V>;
  readonly entries: Iterable<readonly [K, V]>;
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
  { map, entries, part = (value) => value }: Expected<K, V>,
  pause: Pause,
): Promise<Comparison<K, V> | undefined> {
  const differences: Difference<K, V>[] = [];
  let count = 0;
  for (const [key, value] of entries) {
    if (++count % SLICE === 0 && !(await pause())) return undefined;
    const found = map.get(key);
    if (found === undefined) differences.push({ change: 'removed', key, value });
    else if (!map.encodeValue(part(found)).equals(map.encodeValue(part(value)))) {
      differences.push({ change: 'changed', key, value });
    }
  }
  return { entries: count, differences };
}

/** Keys and values as text of one byte a letter: a hundred thousand small buffers would take ten times the room. */
async function compareWhole<K, V>(
  { map, entries }: Expected<K, V>,
  mayHold: (key: K) => boolean,
  pause: Pause,
): Promise<Comparison<K, V> | undefined> {
  const missing = new Map<string, string>();
  for (const [key, value] of entries) {
    missing.set(latin1(map.encodeKey(key)), latin1(map.encodeValue(value)));
    if (missing.size % SLICE === 0 && !(await pause())) return undefined;
  }
  const keyOf = (text: string) => map.decodeKey(Buffer.from(text, 'latin1'));
  const decoded = (text: string) => map.decodeValue(Buffer.from(text, 'latin1'));
  const differences: Difference<K, V>[] = [];
  let count = 0;
  for (const [rawKey, rawValue] of map.rawEntries()) {
    if (++count % SLICE === 0 && !(await pause())) return undefined;
    const text = latin1(rawKey);
    const value = missing.get(text);
    missing.delete(text);
    if (value === undefined) {
      const key = keyOf(text);
      if (!mayHold(key)) differences.push({ change: 'added', key, value: undefined });
    } else if (value !== latin1(rawValue)) {
      differences.push({ change: 'changed', key: keyOf(text), value: decoded(value) });
    }
  }
  for (const [text, value] of missing) {
    differences.push({ change: 'removed', key: keyOf(text), value: decoded(value) });
  }
  return { entries: count, differences };
}

function latin1(bytes: Buffer): string {
  return bytes.toString('latin1');
}
