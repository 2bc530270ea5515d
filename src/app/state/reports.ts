import type { DatabaseSync } from 'node:sqlite';

/** The last report of a gateway, as it signed it. */
export interface StoredReport {
  readonly gateway: string;
  /** By the gateway's clock. */
  readonly at: string;
  readonly receivedAt: string;
  readonly body: unknown;
}

export class Reports {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  get(gateway: string): StoredReport | undefined {
    const row = this.#database
      .prepare('SELECT gateway, at, received_at, body FROM reports WHERE gateway = ?')
      .get(gateway);
    if (!row) return undefined;
    return {
      gateway: String(row.gateway),
      at: String(row.at),
      receivedAt: String(row.received_at),
      body: JSON.parse(String(row.body)),
    };
  }

  /** @returns False if a report as new as this one is there already: a replayed one changes nothing. */
  put({ gateway, at, receivedAt, body }: StoredReport): boolean {
    const { changes } = this.#database
      .prepare(
        `INSERT INTO reports (gateway, at, received_at, body) VALUES (?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET at = excluded.at, received_at = excluded.received_at,
           body = excluded.body WHERE excluded.at > reports.at`,
      )
      .run(gateway, at, receivedAt, JSON.stringify(body));
    return changes > 0;
  }
}
