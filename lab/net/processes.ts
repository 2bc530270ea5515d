import { readFile, readlink, stat } from 'node:fs/promises';
import { type Instance, namespacePath, processMark } from './instance.ts';
import { entries, namespacesOf } from './namespace.ts';

/** A process, told apart from a later one with the same id by when it started. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks since the machine started. */
  readonly startTime: number;
}

export interface LabProcess extends ProcessIdentity {
  readonly commandLine: string;
}

/** When the process with that id started, or undefined when there is none, or only what its parent has yet to reap. */
export async function startTimeOf(pid: number): Promise<number | undefined> {
  const text = await readProc(pid, 'stat');
  if (text === undefined) return undefined;
  // The second field may hold anything, spaces and parentheses included: count from behind its last parenthesis.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' || fields[0] === 'X' ? undefined : Number(fields[19]);
}

export async function isAlive({ pid, startTime }: ProcessIdentity): Promise<boolean> {
  return (await startTimeOf(pid)) === startTime;
}

/**
 * Every process of an instance: whoever lives in one of its namespaces, or carries its mark in the environment.
 * Needs no record of what was started, so it also finds what an interrupted run has left.
 */
export async function processesOf(instance: Instance): Promise<LabProcess[]> {
  const namespaces = new Set<string>();
  for (const namespace of await namespacesOf(instance)) {
    const { ino } = await stat(namespacePath(namespace));
    namespaces.add(`net:[${ino}]`);
  }
  const mark = `${processMark}=${instance.name}`;
  const pids = (await entries('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(
    pids.map(async (pid) => {
      const ours =
        namespaces.has(await readlink(`/proc/${pid}/ns/net`).catch(() => '')) ||
        ((await readProc(pid, 'environ')) ?? '').split('\0').includes(mark);
      const startTime = ours ? await startTimeOf(pid) : undefined;
      if (startTime === undefined) return [];
      const commandLine = ((await readProc(pid, 'cmdline')) ?? '').replaceAll('\0', ' ').trim();
      return [{ pid, startTime, commandLine }];
    }),
  );
  return found.flat();
}

async function readProc(pid: number, file: string): Promise<string | undefined> {
  try {
    return await readFile(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return undefined; // It has ended meanwhile.
  }
}
