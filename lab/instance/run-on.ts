import { execa } from 'execa';
import {
  asHost,
  type HostName,
  type Instance,
  markedEnvironment,
  namespaceOf,
} from '../net/index.ts';

/** What a program said and how it ended. */
export interface ProgramResult {
  readonly exitCode: number;
  /** Standard output, or standard error where there is none, trimmed. */
  readonly output: string;
  readonly ms: number;
}

/** Runs a program on a host of the lab to its end, whatever that is. */
export async function runOn(
  instance: Instance,
  host: HostName,
  commandLine: readonly string[],
  signal?: AbortSignal,
): Promise<ProgramResult> {
  const start = performance.now();
  const result = await spawnOn(instance, host, commandLine, signal);
  signal?.throwIfAborted();
  if (result.exitCode === undefined) {
    throw new Error(`${commandLine[0]} did not run to its end: ${result.shortMessage}`);
  }
  const output = (result.stdout.trim() || result.stderr.trim()).trim();
  return { exitCode: result.exitCode, output, ms: performance.now() - start };
}

/** Starts a program on a host of the lab; its result never rejects. */
export function spawnOn(
  instance: Instance,
  host: HostName,
  commandLine: readonly string[],
  signal?: AbortSignal,
) {
  const [file, ...args] = asHost(namespaceOf(instance, host), commandLine);
  return execa(file, args, {
    reject: false,
    detached: true,
    env: markedEnvironment(instance),
    ...(signal && { cancelSignal: signal }),
  });
}

/** Runs a program on a host with this process's own terminal; gives its exit code. */
export async function execOn(
  instance: Instance,
  host: HostName,
  commandLine: readonly string[],
): Promise<number> {
  const [file, ...args] = asHost(namespaceOf(instance, host), commandLine);
  const result = await execa(file, args, {
    stdio: 'inherit',
    reject: false,
    env: markedEnvironment(instance),
  });
  return result.exitCode ?? 1;
}
