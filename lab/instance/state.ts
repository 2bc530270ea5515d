import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import type { Instance, ProcessIdentity } from '../net/index.ts';

/** What `up` has made, for `status` and `exec`. Removal never relies on it. */
export interface LabState {
  readonly instance: string;
  readonly since: string;
  /** Absolute path of the folder that the gateway watches, unless it takes bundles. */
  readonly policies: string;
  readonly bundles?: BundleRules;
  readonly services: readonly ServiceState[];
  /** Absent when the lab forwards without a gateway. */
  readonly gateway?: ProcessIdentity;
}

/** Where a gateway takes signed bundles from, and where it keeps its own files. */
export interface BundleRules {
  readonly url: string;
  /** Path of the root.json that it was enrolled with. */
  readonly root: string;
  readonly group: string;
  readonly state: string;
  /** Folder of recorded flows. */
  readonly recording: string;
}

export interface ServiceState extends ProcessIdentity {
  readonly name: string;
  readonly host: string;
  readonly description: string;
}

const pathOf = (instance: Instance) => `${instance.runDirectory}/state.json`;

/** @returns undefined when no lab of that instance is up. */
export async function readState(instance: Instance): Promise<LabState | undefined> {
  try {
    return JSON.parse(await readFile(pathOf(instance), 'utf8')) as LabState;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new Error(
      `cannot read ${pathOf(instance)}: ${(error as Error).message}; start afresh with \`down\``,
    );
  }
}

/** @throws {Error} saying how to start one, when no lab of that instance is up. */
export async function requireState(instance: Instance): Promise<LabState> {
  const state = await readState(instance);
  if (state) return state;
  throw new Error(`the lab "${instance.name}" is not up; start it with \`npm run lab -- up\``);
}

export async function writeState(instance: Instance, state: LabState): Promise<void> {
  await mkdir(instance.runDirectory, { recursive: true });
  const draft = `${pathOf(instance)}.new`;
  await writeFile(draft, `${JSON.stringify(state, undefined, 2)}\n`);
  await rename(draft, pathOf(instance));
}

/** Where a process of the lab writes what it says. */
export function logOf(instance: Instance, process: string): string {
  return `${instance.runDirectory}/${process}.log`;
}
