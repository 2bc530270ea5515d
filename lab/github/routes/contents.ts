import { findEntry, listTree, type TreeEntry } from '../git/index.ts';
import { HttpError, notFound, type Route, repositoryRoute } from '../http/index.ts';
import { type Links, repositoryPath } from '../payloads/index.ts';
import type { Repository } from '../state/index.ts';
import { base64Lines } from './git-data.ts';

/** Larger files come without their content, and beyond the second bound not at all. */
const MOST_INLINE_BYTES = 1024 * 1024;
const MOST_BYTES = 100 * 1024 * 1024;

const kinds = { blob: 'file', tree: 'dir', commit: 'submodule' } as const;

function entryPayload(
  links: Links,
  repository: Repository,
  ref: string,
  entry: TreeEntry,
  path: string,
) {
  const { owner, name } = repository;
  const encoded = path.split('/').map(encodeURIComponent).join('/');
  const api = links.api(repositoryPath(repository));
  const kind = entry.type === 'tree' ? 'tree' : 'blob';
  const url = `${api}/contents/${encoded}?ref=${encodeURIComponent(ref)}`;
  const git = entry.type === 'commit' ? null : `${api}/git/${entry.type}s/${entry.sha}`;
  const html = links.html(`/${owner.login}/${name}/${kind}/${ref}/${encoded}`);
  return {
    type: entry.mode === '120000' ? 'symlink' : kinds[entry.type],
    name: path.split('/').at(-1) ?? path,
    path,
    sha: entry.sha,
    size: entry.size ?? 0,
    url,
    git_url: git,
    html_url: html,
    download_url:
      entry.type === 'blob' ? links.html(`/raw/${owner.login}/${name}/${ref}/${encoded}`) : null,
    _links: { self: url, git, html },
  };
}

export const contentsRoutes: readonly Route[] = [
  repositoryRoute(
    'GET /repos/{owner}/{repo}/contents/{path}',
    ['contents', 'read'],
    async ({ repository, params, query }, { links }) => {
      const { git } = repository;
      const ref = query.get('ref') ?? repository.defaultBranch;
      const path = (params.path ?? '').replace(/^\/+|\/+$/g, '');
      const commit = await git.resolve(ref);
      if (!commit) throw new HttpError(404, `No commit found for the ref ${ref}`);
      const entry = path ? await findEntry(git, commit, path) : undefined;
      if (path && !entry) throw notFound();
      if (!entry || entry.type === 'tree') {
        const tree = entry?.sha ?? (await git.treeOf(commit));
        const entries = await listTree(git, tree, false);
        const place = path ? `${path}/` : '';
        return {
          body: entries.map((one) =>
            entryPayload(links, repository, ref, one, `${place}${one.path}`),
          ),
        };
      }
      const payload = entryPayload(links, repository, ref, entry, path);
      if (entry.type === 'commit') return { body: { ...payload, submodule_git_url: null } };
      const size = entry.size ?? 0;
      if (size > MOST_BYTES)
        throw new HttpError(403, 'This API returns blobs up to 100 MB in size.');
      if (size > MOST_INLINE_BYTES) return { body: { ...payload, content: '', encoding: 'none' } };
      const content = (await git.blob(entry.sha)) ?? Buffer.alloc(0);
      if (payload.type === 'symlink') return { body: { ...payload, target: content.toString() } };
      return { body: { ...payload, content: base64Lines(content), encoding: 'base64' } };
    },
  ),
];
