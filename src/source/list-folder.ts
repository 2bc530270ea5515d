import type { Dirent } from 'node:fs';
import { readdir, realpath } from 'node:fs/promises';
import path from 'node:path';
import { makeProblem, type Problem } from '../policy/index.ts';
import { isVanished, whyNot } from './system-error.ts';

/** What a policy folder holds, by name; nothing has been read yet. Paths are relative, with forward slashes. */
export interface FolderListing {
  readonly policies: readonly string[];
  /** Files of other extensions (rule F1). */
  readonly ignored: readonly string[];
  readonly problems: readonly Problem[];
}

interface Lists {
  readonly policies: string[];
  readonly ignored: string[];
  readonly problems: Problem[];
  readonly links: { path: string; target: string }[];
}

/** Lists a folder recursively (rule F1): dot-files too, but not Git's own directory. `root` is a real path. */
export async function listFolder(root: string): Promise<FolderListing> {
  const lists: Lists = { policies: [], ignored: [], problems: [], links: [] };
  await listInto(lists, root, '');
  // A link to a file that is read at its own place would only read it twice.
  const read = new Set(lists.policies.map((relative) => path.join(root, relative)));
  for (const { path: link, target } of lists.links) {
    if (!read.has(target)) lists.policies.push(link);
    read.add(target);
  }
  return {
    policies: lists.policies.sort(),
    ignored: lists.ignored.sort(),
    problems: lists.problems,
  };
}

async function listInto(lists: Lists, root: string, folder: string): Promise<void> {
  let entries: Dirent[];
  try {
    entries = await readdir(path.join(root, folder), { withFileTypes: true });
  } catch (error) {
    if (folder === '') throw error;
    if (!isVanished(error)) lists.problems.push(unreadable(folder, whyNot(error)));
    return;
  }
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.name === '.git') continue;
    const relative = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) await listInto(lists, root, relative);
    else if (entry.isSymbolicLink()) await listLink(lists, root, relative);
    else if (!isPolicyName(relative)) lists.ignored.push(relative);
    else if (entry.isFile()) lists.policies.push(relative);
    else lists.problems.push(unreadable(relative, 'it is no regular file'));
  }
}

async function listLink(lists: Lists, root: string, relative: string): Promise<void> {
  let target: string;
  try {
    target = await realpath(path.join(root, relative));
  } catch (error) {
    if (isPolicyName(relative)) lists.problems.push(unreadable(relative, whyNot(error)));
    else lists.ignored.push(relative);
    return;
  }
  if (target !== root && !target.startsWith(`${root}${path.sep}`)) {
    lists.problems.push(outsideLink(relative));
  } else if (isPolicyName(relative)) {
    lists.links.push({ path: relative, target });
  } else {
    lists.ignored.push(relative);
  }
}

/** Whether a file of this name holds policies (rule F1). */
export function isPolicyName(name: string): boolean {
  return /\.ya?ml$/.test(name);
}

/** The problem of a link that leads out of the folder (rule F1). */
export function outsideLink(file: string): Problem {
  return makeProblem(
    'outsideLink',
    { file, line: 1, column: 1 },
    'a symbolic link out of the policy folder is not followed',
    'copy what it points to into the folder, or remove the link',
  );
}

/** The problem of something in the folder that cannot be read. */
export function unreadable(file: string, why: string): Problem {
  return makeProblem(
    'unreadable',
    { file, line: 1, column: 1 },
    `this cannot be read: ${why}`,
    'make it readable, or move it out of the policy folder',
  );
}
