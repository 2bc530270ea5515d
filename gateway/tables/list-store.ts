import type { Maps, PackedEntries } from '../kernel/index.ts';
import { constants, type Decoded, structs } from '../layout/index.ts';
import type { Candidate, CandidateList } from '../lower/index.ts';
import type { ConditionStore } from './condition-store.ts';

/** How what a candidate refers to becomes numbers. */
export interface CandidateNumbers {
  clause(id: string | null): number;
  budget(candidate: Candidate): number;
  route(candidate: Candidate): number;
}

/** A list as it stands with what refers to it by address. */
export type Listed = Decoded<typeof structs.listed>;

/** A list that is held: its bytes, as the maps have them, are its name. */
export type ListKey = string;

interface StoredList {
  /** Number of its first block; the others follow. */
  readonly first: number;
  users: number;
}

const { CANDIDATES_PER_BLOCK, CANDIDATES_AT_HAND } = constants;
const { candidate: layout, block } = structs;
const headSize = block.offsetOf('candidates');
const conditionAt = layout.offsetOf('condition');
/** Blocks that are handed out at once. */
const SLICE = 4096;

/** Lists of candidates in the maps, each once, for all destinations that share it. */
export class ListStore {
  readonly #blocks: Maps['sp_blocks'];
  readonly #conditions: ConditionStore;
  readonly #lists = new Map<ListKey, StoredList>();
  /** Has its number, and is still to be written. */
  #pending = new Set<ListKey>();
  #next = 1;

  constructor({ sp_blocks }: Pick<Maps, 'sp_blocks'>, conditions: ConditionStore) {
    this.#blocks = sp_blocks;
    this.#conditions = conditions;
  }

  /** A block of an earlier process, whose number is not given out. */
  adopt(number: number): void {
    this.#next = Math.max(this.#next, number + 1);
  }

  /**
   * Counted once for each user.
   * @param held what the user has; gains the list
   * @throws TableFullError, KernelError
   */
  hold(list: CandidateList, held: Set<ListKey>, numbers: CandidateNumbers): Listed {
    if (list.length === 0) return { list: 0, count: 0, candidates: [] };
    const key = this.#keyOf(list, numbers);
    let stored = this.#lists.get(key);
    if (stored) {
      // The conditions are held by who wrote the list.
      this.#releaseConditions(key);
    } else {
      stored = { first: this.#next, users: 0 };
      this.#next += blockCount(key);
      this.#lists.set(key, stored);
      this.#pending.add(key);
    }
    if (!held.has(key)) {
      held.add(key);
      stored.users++;
    }
    return listedAt(stored.first, key);
  }

  /** Nothing reads new lists before the ruleset that refers to them. @throws KernelError */
  write(): void {
    const pending = this.#pending;
    this.#pending = new Set();
    for (const packed of this.#packed(pending)) this.#blocks.setPacked(packed);
  }

  release(key: ListKey): void {
    const stored = this.#lists.get(key);
    if (!stored || --stored.users > 0) return;
    // First: a list of which some blocks are gone must not be found again.
    this.#lists.delete(key);
    this.#pending.delete(key);
    this.#blocks.deleteAll(numbersOf(key, stored));
    this.#releaseConditions(key);
  }

  /** Numbers of all blocks that must be there. */
  numbers(): Set<number> {
    return new Set([...this.#lists].flatMap(([key, stored]) => numbersOf(key, stored)));
  }

  /** What the map must hold. */
  expected(): Iterable<PackedEntries> {
    return this.#packed(this.#lists.keys());
  }

  *#packed(keys: Iterable<ListKey>): Generator<PackedEntries> {
    let slice: ListKey[] = [];
    let count = 0;
    for (const key of keys) {
      slice.push(key);
      count += blockCount(key);
      if (count < SLICE) continue;
      yield this.#pack(slice, count);
      slice = [];
      count = 0;
    }
    if (count > 0) yield this.#pack(slice, count);
  }

  #pack(lists: readonly ListKey[], count: number): PackedEntries {
    const keys = Buffer.alloc(4 * count);
    const values = Buffer.alloc(block.size * count);
    let at = 0;
    for (const key of lists) {
      const ids = numbersOf(key, this.#lists.get(key) as StoredList);
      for (const [i, id] of ids.entries()) {
        const part = blockPart(key, i);
        keys.writeUInt32LE(id, 4 * at);
        values.writeUInt32LE(part.length / layout.size, block.size * at);
        values.writeUInt32LE(ids[i + 1] ?? 0, block.size * at + block.offsetOf('next'));
        values.write(part, block.size * at + headSize, 'latin1');
        at++;
      }
    }
    return { keys, values, count };
  }

  /** Holds the conditions of all of them, or of none. */
  #keyOf(list: CandidateList, { clause, budget, route }: CandidateNumbers): ListKey {
    const bytes = Buffer.alloc(list.length * layout.size);
    let done = 0;
    try {
      for (const one of list) {
        const condition = this.#conditions.hold(one.condition);
        bytes.writeUInt32LE(condition, done * layout.size + conditionAt);
        done++;
      }
      for (const [i, one] of list.entries()) {
        const { rank, low: port_low, high: port_high, protocols, decision, reason, flags } = one;
        const plain = { rank, port_low, port_high, protocols, decision, reason, flags };
        const numbers = { clause: clause(one.clause), budget: budget(one), route: route(one) };
        layout.encode({ ...plain, ...numbers }, bytes, i * layout.size);
      }
    } catch (error) {
      this.#releaseConditions(bytes.toString('latin1', 0, done * layout.size));
      throw error;
    }
    return bytes.toString('latin1');
  }

  #releaseConditions(key: ListKey): void {
    const bytes = Buffer.from(key, 'latin1');
    for (let at = conditionAt; at < bytes.length; at += layout.size) {
      const number = bytes.readUInt32LE(at);
      if (number !== 0) this.#conditions.release(number);
    }
  }
}

/** With its candidates, where they are few. */
function listedAt(list: number, key: ListKey): Listed {
  const count = key.length / layout.size;
  if (count > CANDIDATES_AT_HAND) return { list, count: 0, candidates: [] };
  const bytes = Buffer.from(key, 'latin1');
  const candidates = Array.from({ length: count }, (_, i) => layout.decode(bytes, i * layout.size));
  return { list, count, candidates };
}

function blockCount(key: ListKey): number {
  return Math.ceil(key.length / layout.size / CANDIDATES_PER_BLOCK);
}

function numbersOf(key: ListKey, { first }: StoredList): number[] {
  return Array.from({ length: blockCount(key) }, (_, i) => first + i);
}

function blockPart(key: ListKey, i: number): string {
  const size = CANDIDATES_PER_BLOCK * layout.size;
  return key.slice(i * size, (i + 1) * size);
}
