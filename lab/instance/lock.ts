import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { type Instance, isAlive, type ProcessIdentity, startTimeOf } from '../net/index.ts';

/**
 * Runs an action that builds or removes an instance, one at a time.
 * @throws {Error} when another process is at it. A lock whose holder has died counts for nothing.
 */
export async function locked<Result>(
  instance: Instance,
  action: () => Promise<Result>,
): Promise<Result> {
  return withLock(instance.lockFile, 'is building or removing this lab', action);
}

/** As {@link locked}, for the whole of a story that is told on an instance. */
export async function alone<Result>(
  instance: Instance,
  action: () => Promise<Result>,
): Promise<Result> {
  return withLock(`${instance.lockFile}.story`, 'is at work on this lab', action);
}

async function withLock<Result>(
  path: string,
  doing: string,
  action: () => Promise<Result>,
): Promise<Result> {
  await take(path, doing);
  try {
    return await action();
  } finally {
    await rm(path, { force: true });
  }
}

async function take(path: string, doing: string): Promise<void> {
  const draft = `${path}.${process.pid}`;
  const startTime = (await startTimeOf(process.pid)) as number;
  await writeFile(draft, JSON.stringify({ pid: process.pid, startTime }));
  try {
    // A link appears with its content, so nobody reads a half-written lock.
    await link(draft, path).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
      const holder = await readHolder(path);
      if (holder && (await isAlive(holder))) {
        throw new Error(`process ${holder.pid} ${doing}; wait for it`);
      }
      await rm(path, { force: true });
      await link(draft, path);
    });
  } finally {
    await rm(draft, { force: true });
  }
}

async function readHolder(path: string): Promise<ProcessIdentity | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as ProcessIdentity;
  } catch {
    return undefined;
  }
}
