import { stat } from 'node:fs/promises';
import { command } from './command.ts';
import type { Instance } from './instance.ts';
import { entries, namespacesOf } from './namespace.ts';
import { type LabProcess, processesOf } from './processes.ts';

/** What exists of an instance. */
export interface Leftovers {
  readonly processes: readonly LabProcess[];
  readonly namespaces: readonly string[];
  /** Interfaces in the caller's own namespace. */
  readonly links: readonly string[];
  readonly pins: readonly string[];
  readonly files: readonly string[];
}

/** Looks for everything that an instance can have made, without trusting any record of it. */
export async function findLeftovers(instance: Instance): Promise<Leftovers> {
  const owned = async (directory: string) =>
    (await entries(directory))
      .filter((name) => name.startsWith(instance.prefix))
      .map((name) => `${directory}/${name}`);
  const [processes, namespaces, links, pins, resolverFiles, runDirectory] = await Promise.all([
    processesOf(instance),
    namespacesOf(instance),
    linksOf(instance),
    existing(instance.pinDirectory),
    owned('/etc/netns'),
    existing(instance.runDirectory),
  ]);
  return { processes, namespaces, links, pins, files: [...resolverFiles, ...runDirectory] };
}

/** One line for each thing found; empty when the instance has left nothing. */
export function describeLeftovers(leftovers: Leftovers): string[] {
  return [
    ...leftovers.processes.map(({ pid, commandLine }) => `process ${pid}: ${commandLine}`),
    ...leftovers.namespaces.map((namespace) => `network namespace ${namespace}`),
    ...leftovers.links.map((link) => `network link ${link}`),
    ...leftovers.pins.map((path) => `pinned BPF objects ${path}`),
    ...leftovers.files.map((path) => `file ${path}`),
  ];
}

async function linksOf(instance: Instance): Promise<string[]> {
  const links = JSON.parse(await command('ip', ['-json', 'link', 'show'])) as { ifname: string }[];
  return links.map((link) => link.ifname).filter((name) => name.startsWith(instance.prefix));
}

async function existing(path: string): Promise<string[]> {
  try {
    await stat(path);
    return [path];
  } catch {
    return [];
  }
}
