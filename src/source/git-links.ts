export interface TreeEntry {
  /** Relative to the folder listed. */
  readonly path: string;
  readonly mode: string;
  readonly type: string;
  readonly object: string;
  readonly size: number;
}

export interface ResolvedLink {
  readonly path: string;
  /** What is there, or `outside` of the folder, or why there is nothing. */
  readonly leadsTo: TreeEntry | 'outside' | Dangling;
}

type Dangling =
  | 'it does not exist'
  | 'it is not a folder'
  | 'its symbolic links go round in a circle';

/** As Linux bounds the links of one path. */
const MOST_HOPS = 40;

/**
 * Follows the symbolic links of a folder in a commit as a file system would follow them in its work tree.
 * @param folder the folder's own path in the repository, for links that leave it and come back
 * @param targets of links by path; a link without one is too long to follow
 * @returns In the order in which a walk through the folder meets them.
 */
export function linksIn(
  folder: string,
  entries: readonly TreeEntry[],
  targets: ReadonlyMap<string, string>,
): ResolvedLink[] {
  const tree = treeOf(entries);
  const above = folder === '' ? [] : folder.split('/');
  return entries
    .filter(({ mode }) => mode === '120000')
    .map(({ path }) => path)
    .sort(inWalkingOrder)
    .map((path) => ({ path, leadsTo: follow(tree, above, targets, path) }));
}

type Tree = ReadonlyMap<string, TreeEntry | 'folder'>;

function treeOf(entries: readonly TreeEntry[]): Tree {
  const tree = new Map<string, TreeEntry | 'folder'>();
  for (const entry of entries) {
    tree.set(entry.path, entry);
    for (
      let end = entry.path.lastIndexOf('/');
      end > 0;
      end = entry.path.lastIndexOf('/', end - 1)
    ) {
      tree.set(entry.path.slice(0, end), 'folder');
    }
  }
  return tree;
}

function follow(
  tree: Tree,
  above: readonly string[],
  targets: ReadonlyMap<string, string>,
  link: string,
): ResolvedLink['leadsTo'] {
  let done = [...above];
  let ahead = link.split('/');
  let hops = 0;
  for (let step = ahead.shift(); step !== undefined; step = ahead.shift()) {
    if (step === '' || step === '.') continue;
    if (step === '..') {
      if (done.length === 0) return 'outside';
      done.pop();
      continue;
    }
    done.push(step);
    // On the way back in: what leads to the folder is a folder in the commit.
    if (done.length <= above.length) {
      if (step !== above[done.length - 1]) return 'outside';
      continue;
    }
    const path = done.slice(above.length).join('/');
    const entry = tree.get(path);
    if (entry === undefined) return 'it does not exist';
    if (entry === 'folder') continue;
    if (entry.mode !== '120000') {
      if (ahead.length > 0) return 'it is not a folder';
      return entry;
    }
    hops += 1;
    const target = targets.get(path);
    if (hops > MOST_HOPS || target === undefined) return 'its symbolic links go round in a circle';
    if (target.startsWith('/')) return 'outside';
    if (target === '') return 'it does not exist';
    done = done.slice(0, -1);
    ahead = [...target.split('/'), ...ahead];
  }
  if (done.length < above.length) return 'outside';
  return {
    path: done.slice(above.length).join('/'),
    mode: '040000',
    type: 'tree',
    object: '',
    size: 0,
  };
}

/** Names within a folder in order, a folder's own content where its name stands. */
function inWalkingOrder(a: string, b: string): number {
  const one = a.split('/');
  const other = b.split('/');
  const at = one.findIndex((name, i) => name !== other[i]);
  return (one[at] ?? '') < (other[at] ?? '') ? -1 : 1;
}
