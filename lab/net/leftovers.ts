import { stat } from 'node:fs/promises';
import type { Instance } from './instance.ts';
import { entries, namespacesOf } from './namespace.ts';
import { type LabProcess, processesOf } from './processes.ts';

/** What exists of an instance. Links are not listed: each is in one of its namespaces, at both ends, and goes with it. */
export interface Leftovers {
  readonly processes: readonly LabProcess[];
  readonly namespaces: readonly string[];
  readonly pins: readonly string[];
  readonly files: readonly string[];
}

/** Looks for everything that an instance can have made, without trusting any record of it. */
export async function findLeftovers(instance: Instance): Promise<Leftovers> {
  const owned = async (directory: string) =>
    (await entries(directory))
      .filter((name) => name.startsWith(instance.prefix))
      .map((name) => `${directory}/${name}`);
  const [processes, namespaces, pins, resolverFiles, ...directories] = await Promise.all([
    processesOf(instance),
    namespacesOf(instance),
    existing(instance.pinDirectory),
    owned('/etc/netns'),
    existing(instance.runDirectory),
    existing(instance.controlDirectory),
  ]);
  return { processes, namespaces, pins, files: [...resolverFiles, ...directories.flat()] };
}

/** One line for each thing found; empty when the instance has left nothing. */
export function describeLeftovers(leftovers: Leftovers): string[] {
  return [
    ...leftovers.processes.map(({ pid, commandLine }) => `process ${pid}: ${commandLine}`),
    ...leftovers.namespaces.map((namespace) => `network namespace ${namespace}`),
    ...leftovers.pins.map((path) => `pinned BPF objects ${path}`),
    ...leftovers.files.map((path) => `file ${path}`),
  ];
}

async function existing(path: string): Promise<string[]> {
  try {
    await stat(path);
    return [path];
  } catch {
    return [];
  }
}
