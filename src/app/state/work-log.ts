import type { DatabaseSync } from 'node:sqlite';

export type WorkKind = 'review' | 'publish';

/** Something to look at: a pull request (`owner/name#7`), or the default branch of a repository (`owner/name`). */
export interface Work {
  readonly kind: WorkKind;
  readonly key: string;
  /** The commit that a webhook said is no longer the head: whoever still reads it reads too early. */
  readonly staleHead?: string | undefined;
  /** The commit that a webhook said is the head now: reading it may begin before that is confirmed. Not on record. */
  readonly freshHead?: string | undefined;
  /** Somebody asked for it to be done again, though it was done. */
  readonly again?: boolean;
}

/** A claim on work: what was wanted when it began. */
export interface Ticket {
  readonly number: number;
  readonly staleHead: string | undefined;
  readonly again: boolean;
}

/** What webhooks asked for and was not done yet. It outlives the process: an acknowledged delivery is not sent again. */
export class WorkLog {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /**
   * Takes note of a delivery and of what it asks for, in one step.
   * @returns False if the delivery was here before; nothing is done then.
   */
  accept(delivery: { id: string; event: string }, work: readonly Work[]): boolean {
    return this.#inTransaction(() => {
      const { changes } = this.#database
        .prepare(
          'INSERT INTO deliveries (id, event, received_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
        )
        .run(delivery.id, delivery.event, new Date().toISOString());
      if (changes === 0) return false;
      for (const one of work) this.want(one);
      return true;
    });
  }

  want({ kind, key, staleHead, again = false }: Work): void {
    this.#database
      .prepare(
        `INSERT INTO work (kind, key, wanted, done, stale_head, again) VALUES (?, ?, 1, 0, ?, ?)
         ON CONFLICT DO UPDATE SET wanted = wanted + 1, stale_head = coalesce(excluded.stale_head, stale_head),
           again = max(again, excluded.again)`,
      )
      .run(kind, key, staleHead ?? null, again ? 1 : 0);
  }

  /** Undefined if nothing is wanted. */
  ticket(kind: WorkKind, key: string): Ticket | undefined {
    const row = this.#database
      .prepare(
        'SELECT wanted, stale_head, again FROM work WHERE kind = ? AND key = ? AND wanted > done',
      )
      .get(kind, key);
    if (!row) return undefined;
    const staleHead = row.stale_head === null ? undefined : String(row.stale_head);
    return { number: Number(row.wanted), staleHead, again: row.again === 1 };
  }

  done(kind: WorkKind, key: string, { number }: Ticket): void {
    this.#database
      .prepare(
        `UPDATE work SET done = ?1, again = iif(wanted > ?1, again, 0)
         WHERE kind = ?2 AND key = ?3 AND done < ?1`,
      )
      .run(number, kind, key);
  }

  pending(): Work[] {
    return this.#database
      .prepare('SELECT kind, key FROM work WHERE wanted > done ORDER BY rowid')
      .all()
      .map(({ kind, key }) => ({ kind: kind as WorkKind, key: String(key) }));
  }

  /** GitHub sends a delivery again for three days at most. */
  forgetDeliveriesBefore(time: Date): void {
    this.#database.prepare('DELETE FROM deliveries WHERE received_at < ?').run(time.toISOString());
  }

  #inTransaction<T>(change: () => T): T {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      const result = change();
      this.#database.exec('COMMIT');
      return result;
    } catch (error) {
      // On a full disk, SQLite has ended the transaction itself.
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }
}
