import type { BareRepository } from './bare-repository.ts';
import type { Person } from './import-commit.ts';
import { runGit } from './run-git.ts';

export interface Commit {
  readonly sha: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Person & { readonly date: string };
  readonly committer: Person & { readonly date: string };
  readonly message: string;
}

// Fields end in a byte that no field can hold but the message, which comes last and ends the record.
const format = ['%H', '%T', '%P', '%an', '%ae', '%aI', '%cn', '%ce', '%cI', '%B'].join('%x01');

function parseCommit(record: string): Commit {
  const [
    sha = '',
    tree = '',
    parents = '',
    an = '',
    ae = '',
    ad = '',
    cn = '',
    ce = '',
    cd = '',
    ...rest
  ] = record.split('\u0001');
  return {
    sha,
    tree,
    parents: parents.split(' ').filter(Boolean),
    author: { name: an, email: ae, date: utc(ad) },
    committer: { name: cn, email: ce, date: utc(cd) },
    message: rest.join('\u0001').trimEnd(),
  };
}

const utc = (date: string) => `${new Date(date).toISOString().slice(0, 19)}Z`;

/** Commits that the range holds (as of `git log`), newest first. */
export async function listCommits(
  repository: BareRepository,
  range: string,
  parameters: readonly string[] = [],
): Promise<readonly Commit[]> {
  const { output } = await runGit(repository.directory, [
    'log',
    '-z',
    `--format=${format}`,
    ...parameters,
    '--end-of-options',
    range,
    '--',
  ]);
  return output.toString().split('\0').filter(Boolean).map(parseCommit);
}

/** @throws {Error} when there is no such commit. */
export async function readCommit(repository: BareRepository, id: string): Promise<Commit> {
  const [commit] = await listCommits(repository, id, ['--max-count=1']);
  if (!commit) throw new Error(`${id}: no such commit`);
  return commit;
}
