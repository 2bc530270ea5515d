import {
  type ParsedPolicies,
  type PolicyFile,
  type Problem,
  parsePolicies,
} from '../../policy/index.ts';
import type { ForgeReader } from '../forge/index.ts';
import type { BlobCache } from './blob-cache.ts';
import { selectPolicyBlobs } from './select-policy-blobs.ts';

export type { ParsedPolicies };

/** The policies of a commit. */
export interface PoliciesAt extends ParsedPolicies {
  readonly commit: string;
  readonly files: readonly PolicyFile[];
  /** Id of the folder's tree: equal ids, equal policies. */
  readonly tree: string;
}

/** Blobs that are fetched at the same time. */
const PARALLEL = 8;

/**
 * Reads the policy folder of a commit, blob by blob, as data.
 * @returns Undefined if the commit has no such folder.
 */
export async function readPolicies(
  forge: ForgeReader,
  cache: BlobCache,
  { commit, path }: { readonly commit: string; readonly path: string },
): Promise<PoliciesAt | undefined> {
  const tree = await folderTree(forge, commit, path);
  if (tree === undefined) return undefined;
  const { entries, truncated } = await forge.tree(tree, { recursive: true });
  if (truncated) throw new Error(`the folder ${path || '/'} has more files than GitHub lists`);
  const { blobs, problems } = selectPolicyBlobs(entries);
  const files: PolicyFile[] = [];
  for (let start = 0; start < blobs.length; start += PARALLEL) {
    const batch = blobs.slice(start, start + PARALLEL).map(async ({ path: file, sha }) => ({
      path: file,
      text: await cache.get(sha, (id) => forge.blob(id)),
    }));
    files.push(...(await Promise.all(batch)));
  }
  return { commit, tree, files, ...parsePolicies(files, problems) };
}

/** Walks down level by level: a recursive listing of the whole repository may be cut off before the folder. */
async function folderTree(
  forge: ForgeReader,
  commit: string,
  path: string,
): Promise<string | undefined> {
  let tree = commit;
  for (const name of path.split('/').filter(Boolean)) {
    const { entries } = await forge.tree(tree, { recursive: false });
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
