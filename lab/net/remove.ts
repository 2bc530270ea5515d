import { rm } from 'node:fs/promises';
import { command } from './command.ts';
import { type Instance, processMark } from './instance.ts';
import { describeLeftovers, findLeftovers, type Leftovers } from './leftovers.ts';
import { isAlive, type LabProcess, processesOf } from './processes.ts';
import { waitFor } from './wait.ts';

const patience = 1500;

/**
 * Removes whatever exists of an instance and gives what that was.
 * @throws {Error} naming what is still there afterwards.
 */
export async function removeInstance(instance: Instance): Promise<Leftovers> {
  if (process.env[processMark] === instance.name) {
    throw new Error('this process runs inside the lab itself: leave it, and try again outside');
  }
  const found = await findLeftovers(instance);
  await endProcesses(instance);
  await rm(instance.pinDirectory, { recursive: true, force: true });
  // Filters and links go with the namespace that holds them.
  for (const namespace of found.namespaces) await command('ip', ['netns', 'delete', namespace]);
  for (const path of found.files) await rm(path, { recursive: true, force: true });
  const left = describeLeftovers(await findLeftovers(instance));
  if (left.length > 0) throw new Error(`could not remove: ${left.join('; ')}`);
  return found;
}

/** Asks every process of the instance to end, and makes those end that do not; also what they start meanwhile. */
async function endProcesses(instance: Instance): Promise<void> {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    const processes = await processesOf(instance);
    if (processes.length === 0) return;
    for (const process of processes) await send(process, signal);
    const gone = async () => (await processesOf(instance)).length === 0;
    await waitFor('end of the processes', gone, { deadline: patience }).catch(() => undefined);
  }
}

async function send(target: LabProcess, signal: NodeJS.Signals): Promise<void> {
  // Never a process that merely inherited the id.
  if (target.pid === process.pid || !(await isAlive(target))) return;
  try {
    process.kill(target.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
