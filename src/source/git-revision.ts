import { posix } from 'node:path';
import { askGit, runGit } from './git-command.ts';
import { GitError } from './git-error.ts';

/** A folder of a commit. */
export interface FolderAt {
  readonly commit: string;
  /** From the root of the repository, without slashes at its ends; empty: the root. */
  readonly path: string;
  readonly tree: string;
}

/**
 * The commit that a revision names (`main`, `HEAD~2`, `v1.0`, an abbreviated id).
 * @throws {GitError} if there is none, or `cwd` is in no repository.
 */
export async function commitOf(cwd: string, revision: string): Promise<string> {
  const { ok, output, said } = await askGit(cwd, [
    'rev-parse',
    '--verify',
    '--end-of-options',
    `${revision}^{commit}`,
  ]);
  const commit = output.toString().trim();
  if (ok && /^[\da-f]{40,64}$/.test(commit)) return commit;
  if (/not a git repository/.test(said)) {
    throw new GitError(
      `${JSON.stringify(revision)} is no folder, and this is no Git repository that could have such a revision`,
    );
  }
  // Of a repository that git does not trust, and the like, its own words help more than ours.
  const why = /Needed a single revision|unknown revision|bad revision/.test(said)
    ? ''
    : `: ${said}`;
  throw new GitError(
    `${JSON.stringify(revision)} is no folder and no revision of this repository${why}; in a shallow clone, fetch more history`,
  );
}

/**
 * The best common ancestor of two commits, as `main...HEAD` means it.
 * @throws {GitError} if there is none.
 */
export async function mergeBase(cwd: string, one: string, other: string): Promise<string> {
  const { ok, output, said } = await askGit(cwd, ['merge-base', one, other]);
  if (ok) return output.toString().trim();
  throw new GitError(
    `${one.slice(0, 12)} and ${other.slice(0, 12)} have no common ancestor here${said && `: ${said}`}; in a shallow clone, fetch more history`,
  );
}

/** The folder of a commit, or undefined where the commit has no folder of that path. */
export async function folderAt(
  cwd: string,
  commit: string,
  path: string,
): Promise<FolderAt | undefined> {
  const { ok, output } = await askGit(cwd, [
    'rev-parse',
    '--verify',
    '--quiet',
    '--end-of-options',
    `${commit}:${path}`,
  ]);
  if (!ok) return undefined;
  const tree = output.toString().trim();
  const type = (await runGit(cwd, ['cat-file', '-t', tree])).toString().trim();
  return type === 'tree' ? { commit, path, tree } : undefined;
}

/**
 * A path as `git show REV:path` reads it: from the root of the repository, or with `./` or `../` from `cwd`.
 * @returns The path from the root, normalised; empty: the root itself.
 * @throws {GitError} if it leads out of the repository.
 */
export async function pathFromRoot(cwd: string, path: string): Promise<string> {
  const isRelative = /^\.{1,2}(\/|$)/.test(path);
  const prefix = isRelative ? await prefixOf(cwd) : '';
  const normal = posix.normalize(posix.join(prefix, path)).replace(/\/+$/, '');
  if (normal === '..' || normal.startsWith('../') || normal.startsWith('/')) {
    throw new GitError(`the path ${JSON.stringify(path)} leads out of the repository`);
  }
  return normal === '.' ? '' : normal;
}

/**
 * Where a folder lies in its repository's work tree, from the root; empty: at the root.
 * @throws {GitError} if it is in no repository.
 */
export async function prefixOf(cwd: string): Promise<string> {
  const prefix = (await runGit(cwd, ['rev-parse', '--show-prefix'])).toString();
  return prefix.replace(/\n$/, '').replace(/\/$/, '');
}
