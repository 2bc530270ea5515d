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
  await take(instance.lockFile);
  try {
    return await action();
  } finally {
    await rm(instance.lockFile, { force: true });
  }
}

async function take(path: string): Promise<void> {
  const draft = `${path}.${process.pid}`;
  const startTime = (await startTimeOf(process.pid)) as number;
  await writeFile(draft, JSON.stringify({ pid: process.pid, startTime }));
  try {
    // A link appears with its content, so nobody reads a half-written lock.
    await link(draft, path).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
      const holder = await readHolder(path);
      if (holder && (await isAlive(holder))) {
        throw new Error(`process ${holder.pid} is building or removing this lab; wait for it`);
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
