import { cp, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { monotonicNow } from '../net/index.ts';

/** What the lab's agents may reach, unless it is told otherwise; made for its hosts, and for all that the kernel holds. */
export const labPolicies = join(import.meta.dirname, '../policies');

/** Copies a policy folder. */
export async function copyPolicies(from: string, to: string): Promise<void> {
  await cp(from, to, { recursive: true });
}

/**
 * Rewrites a policy file in one step, as careful editors do; gives the moment just before, on the monotonic clock that all
 * processes of a machine share, in milliseconds.
 */
export async function savePolicy(
  folder: string,
  file: string,
  edit: (text: string) => string,
): Promise<number> {
  const path = join(folder, file);
  const text = edit(await readFile(path, 'utf8'));
  // Not a YAML name: nobody who watches the folder may take the draft for a policy.
  const draft = join(folder, `.${file}.draft`);
  const savedAt = monotonicNow();
  await writeFile(draft, text);
  await rename(draft, path);
  return savedAt;
}
