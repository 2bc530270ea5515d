import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { PolicyFile, Problem } from '../policy/index.ts';
import { type FolderListing, listFolder, unreadable } from './list-folder.ts';
import { readPolicyFile } from './read-policy-file.ts';
import { whyNot } from './system-error.ts';

export interface PolicyFolder {
  readonly files: readonly PolicyFile[];
  /** What could not be read; every one is an error. */
  readonly problems: readonly Problem[];
  /** Files of other extensions, sorted. */
  readonly ignored: readonly string[];
}

/** The folder itself cannot be read. */
export class PolicyFolderError extends Error {
  override readonly name = 'PolicyFolderError';
}

// While somebody writes into the folder, one reading may mix two states of it: a guardrail that is just being renamed
// would be missing. Such a reading is repeated; a few times only, for the writer may never stop.
const attempts = 5;

/**
 * Reads the policy files of a folder (rule F1) as they stood together at one moment.
 * @throws {PolicyFolderError} if there is no such folder or it cannot be listed.
 */
export async function readPolicyFolder(dir: string): Promise<PolicyFolder> {
  const root = await rootOf(dir);
  let before = await stampOf(dir, root);
  for (let attempt = 1; ; attempt++) {
    const { folder, vanished } = await readListed(root, before.listing);
    const after = await stampOf(dir, root);
    const settled = vanished.length === 0 && isDeepStrictEqual(before, after);
    if (settled) return folder;
    if (attempt === attempts) return withProblems(folder, vanished);
    before = after;
  }
}

async function rootOf(dir: string): Promise<string> {
  let root: string;
  let isFolder: boolean;
  try {
    root = await realpath(dir);
    isFolder = (await stat(root)).isDirectory();
  } catch (error) {
    throw folderError(dir, whyNot(error), error);
  }
  if (!isFolder) throw folderError(dir, 'it is not a folder');
  return root;
}

interface Stamp {
  readonly listing: FolderListing;
  /** One for each policy file; changes whenever the file does. */
  readonly files: readonly string[];
}

async function stampOf(dir: string, root: string): Promise<Stamp> {
  try {
    const listing = await listFolder(root);
    const files: string[] = [];
    for (const relative of listing.policies) files.push(await fileStamp(path.join(root, relative)));
    return { listing, files };
  } catch (error) {
    throw folderError(dir, whyNot(error), error);
  }
}

async function fileStamp(absolute: string): Promise<string> {
  try {
    const { ino, size, mtimeNs } = await stat(absolute, { bigint: true });
    return `${ino}:${size}:${mtimeNs}`;
  } catch (error) {
    return whyNot(error);
  }
}

async function readListed(root: string, { policies, ignored, problems }: FolderListing) {
  const files: PolicyFile[] = [];
  const found = [...problems];
  const vanished: string[] = [];
  for (const relative of policies) {
    const read = await readPolicyFile(path.join(root, relative), relative);
    if ('file' in read) files.push(read.file);
    else if ('problem' in read) found.push(read.problem);
    else vanished.push(relative);
  }
  const folder: PolicyFolder = { files, problems: found, ignored };
  return { folder, vanished };
}

function withProblems(folder: PolicyFolder, vanished: readonly string[]): PolicyFolder {
  const problems =
    vanished.length > 0
      ? vanished.map((relative) => unreadable(relative, 'it vanished while it was read'))
      : [unreadable('.', 'the folder keeps changing while it is read')];
  return { ...folder, problems: [...folder.problems, ...problems] };
}

function folderError(dir: string, why: string, cause?: unknown): PolicyFolderError {
  return new PolicyFolderError(`cannot read the policy folder ${dir}: ${why}`, { cause });
}
