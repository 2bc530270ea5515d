import type { BareRepository } from './bare-repository.ts';
import type { Commit } from './commits.ts';
import { runGit } from './run-git.ts';

export interface ChangedFile {
  readonly filename: string;
  readonly previousFilename?: string;
  readonly status: 'added' | 'removed' | 'modified' | 'renamed' | 'copied' | 'changed';
  /** The blob after the change; before it where the file was removed. */
  readonly sha: string;
  readonly additions: number;
  readonly deletions: number;
  /** Unified hunks; undefined for binary files. */
  readonly patch: string | undefined;
}

/** What a first commit is compared with. */
export const EMPTY_TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

const statuses: Readonly<Record<string, ChangedFile['status']>> = {
  A: 'added',
  D: 'removed',
  M: 'modified',
  R: 'renamed',
  C: 'copied',
  T: 'changed',
};

/** What changed from one commit to another, file by file in git's order. */
export async function listChanges(
  repository: BareRepository,
  before: string,
  after: string,
): Promise<readonly ChangedFile[]> {
  const compare = async (...form: string[]) =>
    (
      await runGit(repository.directory, [
        'diff-tree',
        '-r',
        '-M',
        '--no-ext-diff',
        ...form,
        before,
        after,
      ])
    ).output.toString();
  const [raw, numbers, patches] = await Promise.all([
    compare('--raw', '-z', '--no-abbrev'),
    compare('--numstat', '-z'),
    compare('--patch', '--no-color'),
  ]);
  const counts = parseCounts(numbers);
  const hunks = parsePatches(patches);
  return parseRaw(raw).map((file, index) => ({
    ...file,
    additions: counts[index]?.additions ?? 0,
    deletions: counts[index]?.deletions ?? 0,
    patch: hunks[index],
  }));
}

/** The paths that a commit added, removed and changed against its first parent. */
export async function changedPaths(repository: BareRepository, { sha, parents }: Commit) {
  const { output } = await runGit(repository.directory, [
    ...['diff-tree', '-r', '-z', '--no-renames', '--name-status'],
    parents[0] ?? EMPTY_TREE,
    sha,
  ]);
  const fields = output.toString().split('\0');
  const paths = { added: [] as string[], removed: [] as string[], modified: [] as string[] };
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const path = fields[at + 1] ?? '';
    const kind = statuses[fields[at] ?? ''];
    (kind === 'added' || kind === 'removed' ? paths[kind] : paths.modified).push(path);
  }
  return paths;
}

function parseRaw(text: string) {
  const fields = text.split('\0');
  const files: Pick<ChangedFile, 'filename' | 'previousFilename' | 'status' | 'sha'>[] = [];
  for (let at = 0; at + 1 < fields.length; ) {
    const [, , before = '', after = '', letters = ''] = (fields[at++] ?? '').split(' ');
    const status = statuses[letters.charAt(0)] ?? 'changed';
    const first = fields[at++] ?? '';
    const moved = status === 'renamed' || status === 'copied';
    files.push({
      status,
      sha: status === 'removed' ? before : after,
      filename: moved ? (fields[at++] ?? '') : first,
      ...(moved ? { previousFilename: first } : {}),
    });
  }
  return files;
}

function parseCounts(text: string) {
  const fields = text.split('\0');
  const counts: { additions: number; deletions: number }[] = [];
  for (let at = 0; at + 1 < fields.length; ) {
    const [added = '', removed = '', path = ''] = (fields[at++] ?? '').split('\t');
    // A rename has an empty path here; the old and the new one follow as fields of their own.
    if (path === '') at += 2;
    counts.push({ additions: Number(added) || 0, deletions: Number(removed) || 0 });
  }
  return counts;
}

function parsePatches(text: string): readonly (string | undefined)[] {
  return text
    .split(/^diff --git /m)
    .slice(1)
    .map((section) => /^@@ .*/ms.exec(section)?.[0].replace(/\n$/, ''));
}
