import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { emptyPolicySet } from '../policy/index.ts';
import { GitError } from './git-error.ts';
import {
  commitOf,
  type FolderAt,
  folderAt,
  mergeBase,
  pathFromRoot,
  prefixOf,
} from './git-revision.ts';
import { type LoadedPolicies, loadPolicies, loadRevision } from './load-policies.ts';

/** The policies on one side of a comparison. */
export interface PolicySide {
  /** What its files are shown under: `policies`, or `main:policies` as `git show` reads it. */
  readonly place: string;
  /** Of a revision: its commit, and the folder's path from the root of the repository. */
  readonly commit?: string;
  readonly path?: string;
  /** A revision that has no such folder, while the other side has: no policies then. */
  readonly isMissing: boolean;
  readonly loaded: LoadedPolicies;
}

export interface PolicySides {
  readonly before: PolicySide;
  readonly after: PolicySide;
}

export interface SidesOptions {
  /** The folder in revisions that name none, from the root of the repository. */
  readonly path?: string | undefined;
  readonly cwd?: string;
}

/**
 * Loads both sides of a comparison, each a folder or `REV[:PATH]`; or of one argument `A..B` the two commits, of `A...B`
 * their merge base and B, as git means it. A folder that is there wins over a revision of its name. Where a revision
 * names no path, it is `path`, else where the other side lies, else `policies`, else the root.
 * @throws {GitError | PolicyFolderError} if a side is neither, or cannot be read.
 */
export async function loadSides(
  words: readonly [string, string?],
  { path, cwd = '.' }: SidesOptions = {},
): Promise<PolicySides> {
  const [before, after] = await argumentsOf(cwd, words);
  const isOpen = [before, after].some(
    (side) => side.kind === 'revision' && side.path === undefined,
  );
  if (path !== undefined && !isOpen) {
    throw new GitError('--path is for a revision that names no folder: both sides name theirs');
  }
  const folder = isOpen ? await defaultPath(cwd, path, before, after) : '';
  const [old, now] = [await locate(cwd, before, folder), await locate(cwd, after, folder)];
  if (old.isMissing && now.isMissing) {
    throw new GitError(
      `neither side has a folder ${JSON.stringify(folder)}: say which with --path`,
    );
  }
  return { before: await load(cwd, old), after: await load(cwd, now) };
}

type Argument =
  | { readonly kind: 'folder'; readonly name: string; readonly dir: string }
  | {
      readonly kind: 'revision';
      readonly name: string;
      readonly commit: string;
      readonly path?: string;
    };

async function argumentsOf(
  cwd: string,
  [first, second]: readonly [string, string?],
): Promise<[Argument, Argument]> {
  if (second !== undefined) return [await argumentOf(cwd, first), await argumentOf(cwd, second)];
  const [, from, dots, to] = /^(.*?)(\.{2,3})(.*)$/.exec(first) ?? [];
  if (from === undefined || to === undefined) {
    throw new GitError('one argument must be a range such as main...HEAD; else give OLD and NEW');
  }
  const [old, now] = [from || 'HEAD', to || 'HEAD'];
  const [start, end] = [await commitOf(cwd, old), await commitOf(cwd, now)];
  const after = { kind: 'revision', name: now, commit: end } as const;
  if (dots === '..') return [{ kind: 'revision', name: old, commit: start }, after];
  const base = await mergeBase(cwd, start, end);
  return [{ kind: 'revision', name: base.slice(0, 12), commit: base }, after];
}

async function argumentOf(cwd: string, word: string): Promise<Argument> {
  if (await isFolder(resolve(cwd, word)))
    return { kind: 'folder', name: word, dir: resolve(cwd, word) };
  const colon = word.indexOf(':');
  const name = colon < 0 ? word : word.slice(0, colon);
  const commit = await commitOf(cwd, name);
  if (colon < 0) return { kind: 'revision', name, commit };
  return { kind: 'revision', name, commit, path: await pathFromRoot(cwd, word.slice(colon + 1)) };
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}

async function defaultPath(
  cwd: string,
  path: string | undefined,
  before: Argument,
  after: Argument,
): Promise<string> {
  if (path !== undefined) return pathFromRoot(cwd, path);
  for (const side of [after, before]) {
    const own = await ownPath(side);
    if (own !== undefined) return own;
  }
  for (const side of [after, before]) {
    if (side.kind === 'revision' && (await folderAt(cwd, side.commit, 'policies')))
      return 'policies';
  }
  return '';
}

/** The path that a side has of its own, from the root of its repository. */
async function ownPath(side: Argument): Promise<string | undefined> {
  if (side.kind === 'revision') return side.path;
  try {
    return await prefixOf(side.dir);
  } catch (error) {
    if (error instanceof GitError) return undefined;
    throw error;
  }
}

interface Located extends Omit<PolicySide, 'loaded'> {
  readonly dir?: string;
  readonly folder?: FolderAt;
}

async function locate(cwd: string, side: Argument, otherwise: string): Promise<Located> {
  if (side.kind === 'folder') return { place: side.name, dir: side.dir, isMissing: false };
  const { name, commit, path = otherwise } = side;
  const folder = await folderAt(cwd, commit, path);
  if (!folder && side.path !== undefined) {
    throw new GitError(`${JSON.stringify(name)} has no folder ${JSON.stringify(path)}`);
  }
  const found = { place: `${name}:${path}`, commit, path, isMissing: !folder };
  return folder ? { ...found, folder } : found;
}

async function load(cwd: string, { dir, folder, ...side }: Located): Promise<PolicySide> {
  if (dir !== undefined) return { ...side, loaded: await loadPolicies(dir) };
  const loaded = folder ? await loadRevision(cwd, folder) : nothing;
  return { ...side, loaded };
}

const nothing: LoadedPolicies = {
  policySet: emptyPolicySet,
  problems: [],
  tests: [],
  files: [],
  ignored: [],
};
