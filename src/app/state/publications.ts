import type { DatabaseSync } from 'node:sqlite';

/** A commit of the default branch on its way to a gateway group. */
export interface Publication {
  readonly id: number;
  readonly repository: string;
  readonly group: string;
  readonly commit: string;
  readonly pullRequest: number | null;
  readonly at: string;
  /** Null, with a failure: nothing was published. */
  readonly bundle: PublishedBundle | null;
  readonly failure: string | null;
  /** The deployment on GitHub, once it exists. */
  readonly deployment: number | null;
  /** The status that it was last given there. */
  readonly told: string | null;
}

export interface PublishedBundle {
  readonly seq: number;
  /** SHA-256 of the rules' canonical JSON, in hex. */
  readonly digest: string;
  readonly timestampVersion: number;
}

export type NewPublication = Omit<Publication, 'id' | 'deployment' | 'told'>;

const columns =
  'id, repository, group_name, commit_id, pull_request, at, seq, digest, timestamp_version, failure, deployment, told';

/** What was published to whom, and what GitHub was told of it. */
export class Publications {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  add({
    repository,
    group,
    commit,
    pullRequest,
    at,
    bundle,
    failure,
  }: NewPublication): Publication {
    const { lastInsertRowid } = this.#database
      .prepare(
        `INSERT INTO publications
           (repository, group_name, commit_id, pull_request, at, seq, digest, timestamp_version, failure)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        repository,
        group,
        commit,
        pullRequest,
        at,
        bundle?.seq ?? null,
        bundle?.digest ?? null,
        bundle?.timestampVersion ?? null,
        failure,
      );
    const id = Number(lastInsertRowid);
    const deployment = null;
    return {
      id,
      repository,
      group,
      commit,
      pullRequest,
      at,
      bundle,
      failure,
      deployment,
      told: null,
    };
  }

  /** The last attempt for a group, failed or not. */
  latest(group: string): Publication | undefined {
    return this.#last(group, '');
  }

  /** The commit of the branch that was dealt with last: published, failed, or without another rule. */
  headOf(group: string): string | undefined {
    const row = this.#database
      .prepare('SELECT commit_id FROM heads WHERE group_name = ?')
      .get(group);
    return row && String(row.commit_id);
  }

  setHead(group: string, commit: string): void {
    this.#database
      .prepare(
        `INSERT INTO heads (group_name, commit_id) VALUES (?, ?)
         ON CONFLICT DO UPDATE SET commit_id = excluded.commit_id`,
      )
      .run(group, commit);
  }

  /** What the group's gateways should enforce. */
  current(group: string): (Publication & { readonly bundle: PublishedBundle }) | undefined {
    const found = this.#last(group, 'AND seq IS NOT NULL');
    return found?.bundle ? { ...found, bundle: found.bundle } : undefined;
  }

  /** Those whose deployment GitHub may have to be told about, oldest first. */
  untold(group: string): Publication[] {
    return this.#database
      .prepare(
        `SELECT ${columns} FROM publications
         WHERE group_name = ? AND settled = 0 ORDER BY id`,
      )
      .all(group)
      .map(publicationOf);
  }

  setDeployment(id: number, deployment: number): void {
    this.#database
      .prepare('UPDATE publications SET deployment = ? WHERE id = ?')
      .run(deployment, id);
  }

  /** @param settled nothing can change in it any more */
  setTold(id: number, told: string, settled: boolean): void {
    this.#database
      .prepare('UPDATE publications SET told = ?, settled = ? WHERE id = ?')
      .run(told, settled ? 1 : 0, id);
  }

  #last(group: string, condition: string): Publication | undefined {
    const row = this.#database
      .prepare(
        `SELECT ${columns} FROM publications WHERE group_name = ? ${condition} ORDER BY id DESC LIMIT 1`,
      )
      .get(group);
    return row && publicationOf(row);
  }
}

type Row = Record<string, unknown>;

function publicationOf(row: Row): Publication {
  return {
    id: Number(row.id),
    repository: String(row.repository),
    group: String(row.group_name),
    commit: String(row.commit_id),
    pullRequest: row.pull_request === null ? null : Number(row.pull_request),
    at: String(row.at),
    bundle:
      row.seq === null
        ? null
        : {
            seq: Number(row.seq),
            digest: String(row.digest),
            timestampVersion: Number(row.timestamp_version),
          },
    failure: row.failure === null ? null : String(row.failure),
    deployment: row.deployment === null ? null : Number(row.deployment),
    told: row.told === null ? null : String(row.told),
  };
}
