/**
 * Gives numbers to things by their text. A number that is given back rests until all others are used up, so that
 * late events and counters still mean what they meant.
 */
export class NumberPool {
  readonly #numbers = new Map<string, number>();
  /** In the order in which they were given back. */
  readonly #free = new Set<number>();
  readonly #what: string;
  readonly #limit: number;
  #next: number;

  /** Numbers run from `first` to `limit - 1`. */
  constructor(what: string, first: number, limit: number) {
    this.#what = what;
    this.#next = first;
    this.#limit = limit;
  }

  get size(): number {
    return this.#numbers.size;
  }

  /** The next number would be one that was given back. */
  get isExhausted(): boolean {
    return this.#next >= this.#limit && this.#free.size === 0;
  }

  find(text: string): number | undefined {
    return this.#numbers.get(text);
  }

  /** The number of `text`, a new one where it has none. @throws TableFullError */
  take(text: string): number {
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    const number = this.#next < this.#limit ? this.#next++ : this.#free.values().next().value;
    if (number === undefined) throw new TableFullError(this.#what, this.#limit);
    this.#free.delete(number);
    this.#numbers.set(text, number);
    return number;
  }

  /**
   * Takes over what an earlier process has given out; numbers that it left out are free. One that it cannot have given
   * out is passed over: somebody else has written it.
   */
  adopt(text: string, number: number): void {
    if (number >= this.#limit) return;
    this.release(text);
    while (this.#next <= number) this.#free.add(this.#next++);
    this.#free.delete(number);
    this.#numbers.set(text, number);
  }

  release(text: string): void {
    const number = this.#numbers.get(text);
    if (number === undefined) return;
    this.#numbers.delete(text);
    this.#free.add(number);
  }

  entries(): IterableIterator<[string, number]> {
    return this.#numbers.entries();
  }
}

export class TableFullError extends Error {
  override readonly name = 'TableFullError';

  constructor(what: string, limit: number) {
    super(
      `More ${what} than this gateway can hold (${limit}). The rules in force stay as they were.`,
    );
  }
}
