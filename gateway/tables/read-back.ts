import { compareMap, type Difference, type Expected, type Pause } from '../kernel/index.ts';
import type { ExpectedMap } from './expected-rules.ts';
import { addressText, nameText } from './wire.ts';

/** An entry of a map that somebody else has changed. */
export interface ForeignChange {
  readonly map: string;
  readonly change: 'added' | 'changed' | 'removed';
  /** The entry's key, for people. */
  readonly key: string;
}

/** What reading the maps back has found. */
export interface ReadBack {
  /** Entries that were compared. */
  readonly entries: number;
  readonly changes: readonly ForeignChange[];
  /** Writes what must stand there. Flows that were judged meanwhile are not touched by it. @throws KernelError */
  restore(): void;
}

/** Reads maps back and compares them with what must stand in them. Undefined where it was abandoned. */
export async function readBack(
  expected: readonly ExpectedMap[],
  pause: Pause,
): Promise<ReadBack | undefined> {
  const changes: ForeignChange[] = [];
  const repairs: (() => void)[] = [];
  let entries = 0;
  for (const one of expected as readonly Expected<unknown, unknown>[]) {
    const compared = await compareMap(one, pause);
    if (!compared || !(await pause())) return undefined;
    entries += compared.entries;
    for (const difference of compared.differences) {
      changes.push({
        map: one.map.name,
        change: difference.change,
        key: keyText(difference.key),
      });
      repairs.push(() => restoreEntry(one, difference));
    }
  }
  return {
    entries,
    changes,
    restore: () => {
      for (const repair of repairs) repair();
    },
  };
}

/** Two looks at different maps as one. */
export function joined(one: ReadBack, other: ReadBack): ReadBack {
  return {
    entries: one.entries + other.entries,
    changes: [...one.changes, ...other.changes],
    restore: () => {
      one.restore();
      other.restore();
    },
  };
}

function restoreEntry<K, V>({ map, part }: Expected<K, V>, { key, value }: Difference<K, V>): void {
  // The number of the generation alone is stored by the program that changes it, with the clock beside it.
  if (map.name === 'sp_state') return;
  if (value === undefined) map.delete(key);
  else map.set(key, part ? part(value) : value);
}

/** `ruleset 3, length 120, addr 192.0.2.0` */
function keyText(key: unknown): string {
  if (typeof key !== 'object' || key === null) return String(key);
  return Object.entries(key)
    .filter(([name]) => name !== 'pad')
    .map(([name, value]) => `${name} ${fieldText(name, value)}`)
    .join(', ');
}

function fieldText(name: string, value: unknown): string {
  if (name === 'addr') return addressText(bytesOf(value as Uint8Array | readonly bigint[]));
  if (name === 'name') return nameText((value as Uint8Array).filter((byte) => byte !== 0));
  return String(value);
}

function bytesOf(address: Uint8Array | readonly bigint[]): Uint8Array {
  if (address instanceof Uint8Array) return address;
  const bytes = Buffer.alloc(16);
  address.forEach((word, i) => {
    bytes.writeBigUInt64LE(word, 8 * i);
  });
  return bytes;
}
