import { isUtf8 } from 'node:buffer';
import { limits, type Problem, tooLarge } from '../policy/index.ts';
import { runGit } from './git-command.ts';
import { linksIn, type ResolvedLink, type TreeEntry } from './git-links.ts';
import { readObjects } from './git-objects.ts';
import type { FolderAt } from './git-revision.ts';
import { isPolicyName, outsideLink, unreadable } from './list-folder.ts';

export interface PolicyBlob {
  /** Relative to the policy folder, with forward slashes. */
  readonly path: string;
  readonly object: string;
  readonly size: number;
}

/** What a policy folder holds in a commit, by the rules for a folder on disk (rule F1). */
export interface GitListing {
  readonly policies: readonly PolicyBlob[];
  readonly ignored: readonly string[];
  readonly problems: readonly Problem[];
}

const LINK = '120000';
/** As Linux bounds the target of a link. */
const LONGEST_TARGET = 4095;

/** Lists the policy files of a commit. Submodules are errors: nothing may count that was not read. */
export async function listPolicies(cwd: string, folder: FolderAt): Promise<GitListing> {
  const listed = await runGit(cwd, ['ls-tree', '-r', '-z', '--long', '--full-tree', folder.tree]);
  const { entries, problems } = parseListing(listed);
  const found: Found = { policies: [], ignored: [], problems };
  for (const entry of entries) if (entry.mode !== LINK) addEntry(found, entry);
  const targets = await targetsOf(
    cwd,
    entries.filter(({ mode }) => mode === LINK),
  );
  // A link to a file that is read at its own place would only read it twice.
  const read = new Set(found.policies.map(({ path }) => path));
  for (const link of linksIn(folder.path, entries, targets)) addLink(found, read, link);
  return { policies: found.policies.sort(byPath), ignored: found.ignored.sort(), problems };
}

interface Found {
  readonly policies: PolicyBlob[];
  readonly ignored: string[];
  readonly problems: Problem[];
}

function addEntry({ policies, ignored, problems }: Found, entry: TreeEntry): void {
  const { path, type, size } = entry;
  if (type === 'commit') problems.push(unreadable(path, 'a submodule is not followed in a commit'));
  else if (!isPolicyName(path)) ignored.push(path);
  else if (size > limits.fileBytes) problems.push(tooLarge(path, size));
  else policies.push(entry);
}

function addLink({ policies, ignored, problems }: Found, read: Set<string>, link: ResolvedLink) {
  const { path, leadsTo } = link;
  if (leadsTo === 'outside') problems.push(outsideLink(path));
  else if (!isPolicyName(path)) ignored.push(path);
  else if (typeof leadsTo === 'string') problems.push(unreadable(path, leadsTo));
  else if (!read.has(leadsTo.path)) {
    read.add(leadsTo.path);
    if (leadsTo.type !== 'blob') problems.push(unreadable(path, 'it is no regular file'));
    else if (leadsTo.size > limits.fileBytes) problems.push(tooLarge(path, leadsTo.size));
    else policies.push({ ...leadsTo, path });
  }
}

async function targetsOf(cwd: string, links: readonly PolicyBlob[]): Promise<Map<string, string>> {
  const short = links.filter(({ size }) => size <= LONGEST_TARGET);
  const contents = await readObjects(cwd, short);
  return new Map(
    short.map(({ path, object }) => [path, contents.get(object)?.toString('utf8') ?? '']),
  );
}

function parseListing(listed: Buffer): { entries: TreeEntry[]; problems: Problem[] } {
  const entries: TreeEntry[] = [];
  const problems: Problem[] = [];
  for (let start = 0; start < listed.length; ) {
    const end = listed.indexOf(0, start);
    const tab = listed.indexOf(9, start);
    const [mode = '', type = '', object = '', size = ''] = listed
      .toString('latin1', start, tab)
      .split(/ +/);
    const name = listed.subarray(tab + 1, end);
    const path = name.toString('utf8');
    if (!isUtf8(name)) problems.push(unreadable(path, 'its name is not UTF-8'));
    else if (type === 'blob' && !/^\d+$/.test(size)) {
      problems.push(unreadable(path, 'this clone does not have its contents'));
    } else entries.push({ path, mode, type, object, size: Number(size) || 0 });
    start = end + 1;
  }
  return { entries, problems };
}

function byPath(a: PolicyBlob, b: PolicyBlob): number {
  return a.path < b.path ? -1 : 1;
}
