import { chmodSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';

// One step for each released layout; a step is never edited, only followed by another.
const migrations = [
  `CREATE TABLE deliveries (
     id TEXT PRIMARY KEY,
     event TEXT NOT NULL,
     received_at TEXT NOT NULL
   ) STRICT;

   CREATE TABLE work (
     kind TEXT NOT NULL,
     key TEXT NOT NULL,
     wanted INTEGER NOT NULL,
     done INTEGER NOT NULL,
     stale_head TEXT,
     again INTEGER NOT NULL,
     PRIMARY KEY (kind, key)
   ) STRICT;

   CREATE TABLE reviews (
     repository TEXT NOT NULL,
     number INTEGER NOT NULL,
     head TEXT NOT NULL,
     merge_base TEXT,
     check_run INTEGER,
     finished INTEGER NOT NULL,
     PRIMARY KEY (repository, number)
   ) STRICT;

   CREATE TABLE publications (
     id INTEGER PRIMARY KEY,
     repository TEXT NOT NULL,
     group_name TEXT NOT NULL,
     commit_id TEXT NOT NULL,
     pull_request INTEGER,
     at TEXT NOT NULL,
     seq INTEGER,
     digest TEXT,
     timestamp_version INTEGER,
     failure TEXT,
     deployment INTEGER,
     told TEXT,
     settled INTEGER NOT NULL DEFAULT 0
   ) STRICT;
   CREATE INDEX publications_of_group ON publications (group_name, id);

   CREATE TABLE reports (
     gateway TEXT PRIMARY KEY,
     at TEXT NOT NULL,
     received_at TEXT NOT NULL,
     body TEXT NOT NULL
   ) STRICT;`,
  `CREATE TABLE heads (
     group_name TEXT PRIMARY KEY,
     commit_id TEXT NOT NULL
   ) STRICT;`,
];

/**
 * Opens the server's database, making or migrating it.
 * @throws {Error} if it cannot be opened, or a newer version of Sallyport has written it.
 */
export function openDatabase(folder: string): DatabaseSync {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = path.join(folder, 'server.sqlite');
  try {
    return openFile(file);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(
      `cannot use ${file}: ${why}; if it is damaged, move it away: the server finds out anew what is to be done`,
      { cause: error },
    );
  }
}

function openFile(file: string): DatabaseSync {
  const database = new DatabaseSync(file);
  try {
    chmodSync(file, 0o600);
    // FULL: a delivery that was acknowledged is not sent again, so it must survive a power cut.
    database.exec(
      'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 2000',
    );
    migrate(database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function migrate(database: DatabaseSync): void {
  const version = Number(database.prepare('PRAGMA user_version').get()?.user_version);
  if (version > migrations.length) {
    throw new Error('a newer version of Sallyport wrote it; run that version');
  }
  for (const [index, step] of migrations.entries()) {
    if (index < version) continue;
    database.exec(`BEGIN; ${step} PRAGMA user_version = ${index + 1}; COMMIT`);
  }
}
