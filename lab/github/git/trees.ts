import type { BareRepository } from './bare-repository.ts';
import { runGit } from './run-git.ts';

export interface TreeEntry {
  readonly path: string;
  readonly mode: string;
  readonly type: 'blob' | 'tree' | 'commit';
  readonly sha: string;
  /** Bytes; of blobs only. */
  readonly size: number | undefined;
}

function parseEntry(record: string): TreeEntry {
  const [description = '', path = ''] = record.split(/\t(.*)/s);
  const [mode = '', type = '', sha = '', size = ''] = description.split(/ +/);
  return {
    path,
    mode,
    type: type as TreeEntry['type'],
    sha,
    size: size === '-' ? undefined : Number(size),
  };
}

/** What a tree holds; recursively with the trees inside it, as GitHub lists them. */
export async function listTree(
  repository: BareRepository,
  tree: string,
  recursive: boolean,
): Promise<readonly TreeEntry[]> {
  const { output } = await runGit(repository.directory, [
    'ls-tree',
    '-z',
    '--long',
    '--full-tree',
    ...(recursive ? ['-r', '-t'] : []),
    tree,
  ]);
  return output.toString().split('\0').filter(Boolean).map(parseEntry);
}

/** The entry at a path of a commit; undefined: there is none. */
export async function findEntry(
  repository: BareRepository,
  commit: string,
  path: string,
): Promise<TreeEntry | undefined> {
  const { output } = await runGit(repository.directory, [
    '--literal-pathspecs',
    'ls-tree',
    '-z',
    '--long',
    '--full-tree',
    commit,
    '--',
    path,
  ]);
  const [record] = output.toString().split('\0');
  return record ? parseEntry(record) : undefined;
}
