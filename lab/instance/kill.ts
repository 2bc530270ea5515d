import { isAlive, type ProcessIdentity, waitFor } from '../net/index.ts';

/** Kills a process of the lab with SIGKILL and waits until it is gone. @throws {Error} when it is gone already. */
export async function kill(what: string, target: ProcessIdentity | undefined): Promise<void> {
  if (!target || !(await isAlive(target))) throw new Error(`no ${what} is running`);
  process.kill(target.pid, 'SIGKILL');
  const gone = async () => !(await isAlive(target));
  await waitFor(`end of the ${what}`, gone, { deadline: 2000 });
}
