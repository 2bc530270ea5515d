import type { Maps, PackedEntries } from '../kernel/index.ts';
import { structs } from '../layout/index.ts';
import { clausesInMaps } from './clauses-in-maps.ts';
import { NumberPool } from './number-pool.ts';
import { textOf } from './wire.ts';

const { clauseText: layout } = structs;
const textAt = layout.offsetOf('text');
const TEXT_SIZE = 144;
const SLICE = 4096;

/** Clauses in the maps: a number for each text, which counters and events refer to. */
export class ClauseStore {
  readonly #maps: Maps;
  readonly #numbers: NumberPool;
  readonly #users = new Map<string, number>();
  /** Has its number, and is still to be written. */
  #pending = new Set<string>();

  /** @param limit how many the counters have room for */
  constructor(maps: Maps, limit: number) {
    this.#maps = maps;
    this.#numbers = new NumberPool('clauses', 1, limit);
  }

  /** 0 for none, and for one that no rules in the maps have. */
  numberOf = (text: string | null): number => (text === null ? 0 : (this.#numbers.find(text) ?? 0));

  /**
   * Counted once for each user.
   * @param held what the user has; gains the text
   * @throws TableFullError
   */
  hold(text: string, held: Set<string>): number {
    const known = this.#numbers.find(text);
    const number = known ?? this.#numbers.take(text);
    if (known === undefined) this.#pending.add(text);
    if (!held.has(text)) {
      held.add(text);
      this.#users.set(text, (this.#users.get(text) ?? 0) + 1);
    }
    return number;
  }

  release(text: string): void {
    const users = (this.#users.get(text) ?? 1) - 1;
    if (users > 0) {
      this.#users.set(text, users);
      return;
    }
    this.#users.delete(text);
    this.#pending.delete(text);
    this.#numbers.release(text);
  }

  /** Texts of new ones, which nothing refers to yet. @throws KernelError */
  write(): void {
    const pending = [...this.#pending];
    this.#pending.clear();
    for (const packed of this.#packed(pending)) {
      this.#maps.sp_clauses.setPacked(packed);
      // The number may have been another clause's before.
      this.#maps.sp_clause_count.clearPerCpu(packed);
    }
  }

  /** Clauses of the rules in force. */
  expected(): Iterable<PackedEntries> {
    return this.#packed([...this.#users.keys()]);
  }

  *#packed(texts: readonly string[]): Generator<PackedEntries> {
    for (let start = 0; start < texts.length; start += SLICE) {
      const part = texts.slice(start, start + SLICE);
      const keys = Buffer.alloc(4 * part.length);
      const values = Buffer.alloc(layout.size * part.length);
      for (const [i, text] of part.entries()) {
        keys.writeUInt32LE(this.numberOf(text), 4 * i);
        values.write(text, layout.size * i + textAt, TEXT_SIZE);
        values.writeUInt32LE(text.length, layout.size * i + layout.offsetOf('length'));
      }
      yield { keys, values, count: part.length };
    }
  }

  /** Takes over the numbers of an earlier process. @returns texts by number, also of those that no rules have */
  adopt(): ReadonlyMap<number, string> {
    const used = clausesInMaps(this.#maps);
    const texts = [...this.#maps.sp_clauses.entries()].map(
      ([number, { text }]) => [textOf(text), number] as const,
    );
    // Texts of clauses that are in no rules any more only explain late events: their numbers may be given out again.
    for (const [text, number] of texts) {
      this.#numbers.adopt(text, number);
      this.#numbers.release(text);
    }
    for (const [text, number] of texts) if (used.has(number)) this.#numbers.adopt(text, number);
    return new Map(texts.map(([text, number]) => [number, text]));
  }

  /** What was inherited and nobody holds is nobody's any more. */
  sweep(): void {
    for (const [text] of [...this.#numbers.entries()]) {
      if (!this.#users.has(text)) this.#numbers.release(text);
    }
  }
}
