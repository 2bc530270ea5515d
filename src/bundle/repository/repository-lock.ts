import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';

const TRY_EVERY_MS = 20;
const SQLITE_BUSY = 5;

/**
 * Runs what writes to a repository, one at a time, whichever process or container it is in. The lock is SQLite's, by
 * fcntl: the operating system takes it back when its holder dies.
 * @throws {Error} if another publisher keeps it for longer than `patienceMs`.
 */
export async function withRepositoryLock<Result>(
  repository: string,
  patienceMs: number,
  action: () => Promise<Result>,
): Promise<Result> {
  const database = new DatabaseSync(join(repository, '.publish.lock'));
  try {
    const deadline = performance.now() + patienceMs;
    while (!tryLock(database)) {
      if (performance.now() > deadline) {
        throw new Error(`another publisher is at work in ${repository}; wait for it, or end it`);
      }
      await sleep(TRY_EVERY_MS);
    }
    return await action();
  } finally {
    database.close();
  }
}

function tryLock(database: DatabaseSync): boolean {
  try {
    database.exec('BEGIN EXCLUSIVE');
    return true;
  } catch (error) {
    if ((error as { errcode?: number }).errcode === SQLITE_BUSY) return false;
    throw error;
  }
}
