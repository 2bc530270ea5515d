import { listTree, readCommit } from '../git/index.ts';
import {
  HttpError,
  invalid,
  notFound,
  type Route,
  repositoryRoute,
  type Site,
} from '../http/index.ts';
import { gitCommitPayload, nodeId, repositoryPath, treePayload } from '../payloads/index.ts';
import type { Repository } from '../state/index.ts';

const MOST_ENTRIES = 100_000;
const MOST_BLOB_BYTES = 100_000_000;
const read = ['contents', 'read'] as const;

const referencePayload = (
  { links }: Site,
  repository: Repository,
  { ref, sha }: { ref: string; sha: string },
) => {
  const api = links.api(`${repositoryPath(repository)}/git`);
  return {
    ref,
    node_id: nodeId('Ref', ref),
    url: `${api}/${ref}`,
    object: { sha, type: 'commit', url: `${api}/commits/${sha}` },
  };
};

export const gitDataRoutes: readonly Route[] = [
  repositoryRoute(
    'GET /repos/{owner}/{repo}/git/trees/{tree_sha}',
    read,
    async ({ repository, params, query }, { links }) => {
      const { git } = repository;
      const named = params.tree_sha ?? '';
      // An id of a tree, or what names a commit.
      const tree = (await git.object(named, 'tree')) ?? (await git.resolve(named));
      if (!tree) throw notFound();
      const id = await git.treeOf(tree);
      const entries = await listTree(git, id, query.has('recursive'));
      const kept = entries.slice(0, MOST_ENTRIES);
      return { body: treePayload(links, repository, id, kept, kept.length < entries.length) };
    },
  ),

  repositoryRoute(
    'GET /repos/{owner}/{repo}/git/blobs/{file_sha}',
    read,
    async ({ repository, params }, { links }) => {
      const sha = params.file_sha ?? '';
      if (!/^[0-9a-f]{40}$/.test(sha))
        throw invalid(
          [],
          'The sha parameter must be exactly 40 characters and contain only [0-9a-f].',
        );
      const content = await repository.git.blob(sha);
      if (!content) throw notFound();
      if (content.length > MOST_BLOB_BYTES)
        throw new HttpError(403, 'This API returns blobs up to 100 MB in size.');
      return {
        body: {
          sha,
          node_id: nodeId('Blob', sha),
          size: content.length,
          url: links.api(`${repositoryPath(repository)}/git/blobs/${sha}`),
          content: base64Lines(content),
          encoding: 'base64',
        },
      };
    },
  ),

  repositoryRoute(
    'GET /repos/{owner}/{repo}/git/commits/{commit_sha}',
    read,
    async ({ repository, params }, { links }) => {
      const sha = await repository.git.object(params.commit_sha ?? '', 'commit');
      if (!sha) throw notFound();
      return { body: gitCommitPayload(links, repository, await readCommit(repository.git, sha)) };
    },
  ),

  repositoryRoute(
    'GET /repos/{owner}/{repo}/git/ref/{ref}',
    read,
    async ({ repository, params }, site) => {
      const ref = `refs/${params.ref}`;
      const found = (await repository.git.references(ref)).find((one) => one.ref === ref);
      if (!found) throw notFound();
      return { body: referencePayload(site, repository, found) };
    },
  ),

  repositoryRoute(
    'GET /repos/{owner}/{repo}/git/matching-refs/{ref}',
    read,
    async ({ repository, params }, site) => {
      const found = await repository.git.references(`refs/${params.ref}`);
      return { list: found.map((one) => referencePayload(site, repository, one)) };
    },
  ),
];

/** GitHub breaks base64 after 60 characters. */
export function base64Lines(content: Buffer): string {
  return content.toString('base64').replace(/.{1,60}/g, '$&\n');
}
