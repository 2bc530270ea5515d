import { type ExamineOptions, examinePolicies } from '../../analysis/index.ts';
import type { PolicyFile, Problem } from '../../policy/index.ts';
import type { ForgeReader, Tree } from '../forge/index.ts';
import type { BlobCache } from './blob-cache.ts';
import { selectPolicyBlobs } from './select-policy-blobs.ts';
import type { TreeCache } from './tree-cache.ts';

/** What is kept of what was read from GitHub; neither can be outdated. */
export interface ReadCache {
  readonly blobs: BlobCache;
  readonly trees: TreeCache;
}

/** The policy folder of a commit as it was read. */
export interface PolicyFilesAt {
  readonly commit: string;
  readonly files: readonly PolicyFile[];
  /** Of what could not be read. */
  readonly problems: readonly Problem[];
}

/** Blobs that are fetched at the same time. */
const PARALLEL = 8;

/**
 * Reads the policy folder of a commit, blob by blob, as data.
 * @returns Undefined if the commit has no such folder.
 */
export async function readPolicyFiles(
  forge: ForgeReader,
  { blobs: kept, trees }: ReadCache,
  { commit, path }: { readonly commit: string; readonly path: string },
): Promise<PolicyFilesAt | undefined> {
  const id = await folderTree(forge, commit, path);
  if (id === undefined) return undefined;
  const tree = await trees.get(id, () => forge.tree(id, { recursive: true }));
  const { blobs, problems } = selectPolicyBlobs(tree);
  const files: PolicyFile[] = [];
  for (let start = 0; start < blobs.length; start += PARALLEL) {
    const batch = blobs.slice(start, start + PARALLEL).map(async ({ path: file, sha }) => ({
      path: file,
      text: await kept.get(sha, (blob) => forge.blob(blob)),
    }));
    files.push(...(await Promise.all(batch)));
  }
  return { commit, files, problems };
}

/** What the files say, and whether their PolicyTests hold. It takes a second for every few megabytes. */
export function parsePolicyFiles({ files, problems }: PolicyFilesAt, options?: ExamineOptions) {
  return examinePolicies(files, problems, options);
}

/** Walks down level by level: a recursive listing of the whole repository may be cut off before the folder. */
async function folderTree(
  forge: ForgeReader,
  commit: string,
  path: string,
): Promise<string | undefined> {
  let tree = commit;
  for (const name of path.split('/').filter(Boolean)) {
    const { entries }: Tree = await forge.tree(tree, { recursive: false });
    const entry = entries.find((one) => one.path === name && one.type === 'tree');
    if (!entry) return undefined;
    tree = entry.sha;
  }
  return tree;
}

/** Problems with the paths that the files have in the repository. */
export function problemsInRepository(problems: readonly Problem[], path: string): Problem[] {
  if (path === '') return [...problems];
  return problems.map((problem) => ({
    ...problem,
    file: problem.file === '.' ? path : `${path}/${problem.file}`,
  }));
}
