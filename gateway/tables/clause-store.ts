import type { Maps } from '../kernel/index.ts';
import { clausesInMaps } from './clauses-in-maps.ts';
import { NumberPool } from './number-pool.ts';
import type { PendingEntries } from './pending-entries.ts';
import { textOf } from './wire.ts';

/** Clauses in the maps: a number for each text, which counters and events refer to. */
export class ClauseStore {
  readonly #maps: Maps;
  readonly #pending: PendingEntries;
  readonly #numbers: NumberPool;
  readonly #users = new Map<string, number>();

  /**
   * @param limit how many the counters have room for
   * @param pending gains the texts of new ones
   */
  constructor(maps: Maps, limit: number, pending: PendingEntries) {
    this.#maps = maps;
    this.#pending = pending;
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
    if (known === undefined) this.#pending.addClause(number, text);
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
    this.#numbers.release(text);
  }

  /** Clauses of the rules in force, with their numbers. */
  inForce(): (readonly [text: string, number: number])[] {
    return [...this.#users.keys()].map((text) => [text, this.numberOf(text)]);
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
