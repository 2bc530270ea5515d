import type { RecordedFlow } from './recorded-flow.ts';

/** What one pass over a recording has met. */
export interface RecordingSummary {
  readonly segments: number;
  /** Flows handed out; a record that stands for several counts as so many. */
  readonly flows: number;
  /** Times of the earliest and the latest flow, `null` where there is none. */
  readonly from: string | null;
  readonly to: string | null;
  readonly skipped: Skipped;
  /** Segments that could not be read, with the reason; at most 20. */
  readonly unreadable: readonly { readonly path: string; readonly why: string }[];
}

/** Lines that are no flow to simulate, by kind. */
export interface Skipped {
  /** The end of a flow whose beginning is a record of its own. */
  readonly closed: number;
  readonly questions: number;
  /** Sound records of other events. */
  readonly other: number;
  /** No record at all: not JSON, or fields that are missing or impossible. */
  readonly malformed: number;
  /** Longer than any record. */
  readonly tooLong: number;
  /** A last line whose writer was interrupted. */
  readonly torn: number;
}

const listedUnreadable = 20;

/** Counts what a pass meets. */
export class Tally {
  #segments = 0;
  #flows = 0;
  #from: string | null = null;
  #to: string | null = null;
  readonly #unreadable: { path: string; why: string }[] = [];
  readonly #skipped = { closed: 0, questions: 0, other: 0, malformed: 0, tooLong: 0, torn: 0 };

  segment(): void {
    this.#segments++;
  }

  unreadable(path: string, why: string): void {
    if (this.#unreadable.length < listedUnreadable) this.#unreadable.push({ path, why });
  }

  skip(kind: keyof Skipped): void {
    this.#skipped[kind]++;
  }

  flow({ at, count }: RecordedFlow): void {
    this.#flows += count;
    if (this.#from === null || at < this.#from) this.#from = at;
    if (this.#to === null || at > this.#to) this.#to = at;
  }

  get summary(): RecordingSummary {
    return {
      segments: this.#segments,
      flows: this.#flows,
      from: this.#from,
      to: this.#to,
      skipped: { ...this.#skipped },
      unreadable: [...this.#unreadable],
    };
  }
}
