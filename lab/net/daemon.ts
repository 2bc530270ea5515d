import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Instance } from './instance.ts';
import { inNamespace, markedEnvironment } from './namespace.ts';
import { type ProcessIdentity, startTimeOf } from './processes.ts';

export interface DaemonOptions {
  readonly namespace: string;
  readonly commandLine: readonly string[];
  /** Where both its outputs are appended. */
  readonly log: string;
}

/**
 * Starts a process that outlives this one, inside a namespace.
 * @throws {Error} with the end of its log, when it ends at once.
 */
export async function startDaemon(
  instance: Instance,
  options: DaemonOptions,
): Promise<ProcessIdentity> {
  const { child, identity } = await start(instance, options, []);
  child.unref();
  return identity;
}

/** As {@link startDaemon}, with a channel over which the two can talk while this process lives. */
export async function startCompanion(
  instance: Instance,
  options: DaemonOptions,
): Promise<{ child: ChildProcess; identity: ProcessIdentity }> {
  return start(instance, options, ['ipc']);
}

async function start(
  instance: Instance,
  { namespace, commandLine, log }: DaemonOptions,
  channel: readonly 'ipc'[],
): Promise<{ child: ChildProcess; identity: ProcessIdentity }> {
  const [file, ...args] = inNamespace(namespace, commandLine);
  const output = openSync(log, 'a');
  try {
    // Not execa: nobody waits for this process, and its output goes to the file without passing through this one.
    const child = spawn(file, args, {
      detached: true,
      stdio: ['ignore', output, output, ...channel],
      serialization: 'advanced',
      env: { ...process.env, ...markedEnvironment(instance) },
    });
    child.on('error', () => undefined); // A missing program shows as an absent process id.
    const startTime = child.pid === undefined ? undefined : await startTimeOf(child.pid);
    if (child.pid === undefined || startTime === undefined) {
      throw new Error(`could not start ${commandLine.join(' ')}\n${await endOfLog(log)}`);
    }
    return { child, identity: { pid: child.pid, startTime } };
  } finally {
    closeSync(output);
  }
}

/** The last lines of a log, to show why something failed. */
export async function endOfLog(log: string): Promise<string> {
  return (await readFile(log, 'utf8').catch(() => '')).trimEnd().split('\n').slice(-12).join('\n');
}
