import type { DatabaseSync } from 'node:sqlite';

export interface ReviewKey {
  readonly repository: string;
  readonly number: number;
}

/** The latest review of a pull request. */
export interface Review {
  readonly head: string;
  /** Undefined until it is known. */
  readonly mergeBase: string | undefined;
  /** Undefined until the check run exists. */
  readonly checkRun: number | undefined;
  readonly finished: boolean;
}

/** Which head of each pull request was reviewed, and by which check run. */
export class Reviews {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  get({ repository, number }: ReviewKey): Review | undefined {
    const row = this.#database
      .prepare(
        'SELECT head, merge_base, check_run, finished FROM reviews WHERE repository = ? AND number = ?',
      )
      .get(repository, number);
    if (!row) return undefined;
    const checkRun = row.check_run === null ? undefined : Number(row.check_run);
    const mergeBase = row.merge_base === null ? undefined : String(row.merge_base);
    return { head: String(row.head), mergeBase, checkRun, finished: row.finished === 1 };
  }

  put({ repository, number }: ReviewKey, { head, mergeBase, checkRun, finished }: Review): void {
    this.#database
      .prepare(
        `INSERT INTO reviews (repository, number, head, merge_base, check_run, finished)
         VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET head = excluded.head, merge_base = excluded.merge_base, check_run = excluded.check_run,
           finished = excluded.finished`,
      )
      .run(repository, number, head, mergeBase ?? null, checkRun ?? null, finished ? 1 : 0);
  }

  /** Pull requests whose latest review was of this commit: check events of forks name no pull request. */
  ofHead(repository: string, head: string): number[] {
    return this.#database
      .prepare('SELECT number FROM reviews WHERE repository = ? AND head = ?')
      .all(repository, head)
      .map(({ number }) => Number(number));
  }
}
