import { expect, test } from 'vitest';
import { BlobCache, readPolicyFiles, TreeCache } from '../../src/app/policies/index.ts';

type Forge = Parameters<typeof readPolicyFiles>[0];
type Tree = Awaited<ReturnType<Forge['tree']>>;

/** A forge that knows one tree and no blob. */
function forgeWith(tree: Tree): Forge {
  const unknown = () => Promise.reject(new Error('nobody asks for this'));
  return {
    tree: async () => tree,
    ...{ pullRequest: unknown, openPullRequests: unknown, defaultBranch: unknown },
    ...{ mergeBase: unknown, blob: unknown, mergedAs: unknown },
  };
}

const read = (tree: Tree) =>
  readPolicyFiles(
    forgeWith(tree),
    { blobs: new BlobCache(1000), trees: new TreeCache() },
    { commit: 'c'.repeat(40), path: '' },
  );
const blob = { type: 'blob', mode: '100644', sha: 'b'.repeat(40), size: 10 } as const;

test('a folder that GitHub does not list whole is an error of the change, not of the review', async () => {
  const found = await read({ entries: [{ ...blob, path: 'a.yaml' }], truncated: true });
  expect(found?.files).toEqual([]);
  expect(found?.problems).toMatchObject([
    { file: '.', severity: 'error', message: 'the folder has more files than GitHub lists' },
  ]);
});

test('of too many files, none is fetched', async () => {
  const entries = Array.from({ length: 2001 }, (_, i) => ({ ...blob, path: `${i}.yaml` }));
  const found = await read({ entries, truncated: false });
  expect(found?.files).toEqual([]);
  expect(found?.problems).toMatchObject([{ severity: 'error' }]);
});
