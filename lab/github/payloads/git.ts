import type { ChangedFile, Commit, TreeEntry } from '../git/index.ts';
import type { Repository } from '../state/index.ts';
import { type Links, nodeId } from './links.ts';
import { repositoryPath } from './repository.ts';

const unsigned = {
  verified: false,
  reason: 'unsigned',
  signature: null,
  payload: null,
  verified_at: null,
};

const htmlOf = (links: Links, { owner, name }: Repository) => links.html(`/${owner.login}/${name}`);

/** A commit as the git database has it. */
export function gitCommitPayload(links: Links, repository: Repository, commit: Commit) {
  const api = links.api(`${repositoryPath(repository)}/git`);
  const html = htmlOf(links, repository);
  return {
    sha: commit.sha,
    node_id: nodeId('Commit', commit.sha),
    url: `${api}/commits/${commit.sha}`,
    html_url: `${html}/commit/${commit.sha}`,
    author: commit.author,
    committer: commit.committer,
    tree: { sha: commit.tree, url: `${api}/trees/${commit.tree}` },
    message: commit.message,
    parents: commit.parents.map((sha) => ({
      sha,
      url: `${api}/commits/${sha}`,
      html_url: `${html}/commit/${sha}`,
    })),
    verification: unsigned,
  };
}

/** A commit with what GitHub adds; nobody here has an e-mail address that GitHub knows. */
export function commitPayload(links: Links, repository: Repository, commit: Commit) {
  const api = links.api(repositoryPath(repository));
  const html = htmlOf(links, repository);
  return {
    sha: commit.sha,
    node_id: nodeId('Commit', commit.sha),
    commit: {
      author: commit.author,
      committer: commit.committer,
      message: commit.message,
      tree: { sha: commit.tree, url: `${api}/git/trees/${commit.tree}` },
      url: `${api}/git/commits/${commit.sha}`,
      comment_count: 0,
      verification: unsigned,
    },
    url: `${api}/commits/${commit.sha}`,
    html_url: `${html}/commit/${commit.sha}`,
    comments_url: `${api}/commits/${commit.sha}/comments`,
    author: null,
    committer: null,
    parents: commit.parents.map((sha) => ({
      sha,
      url: `${api}/commits/${sha}`,
      html_url: `${html}/commit/${sha}`,
    })),
  };
}

export function changedFilePayload(
  links: Links,
  repository: Repository,
  commit: string,
  file: ChangedFile,
) {
  const path = file.filename.split('/').map(encodeURIComponent).join('/');
  const html = htmlOf(links, repository);
  return {
    sha: file.sha,
    filename: file.filename,
    status: file.status,
    additions: file.additions,
    deletions: file.deletions,
    changes: file.additions + file.deletions,
    blob_url: `${html}/blob/${commit}/${path}`,
    raw_url: `${html}/raw/${commit}/${path}`,
    contents_url: links.api(`${repositoryPath(repository)}/contents/${path}?ref=${commit}`),
    ...(file.patch === undefined ? {} : { patch: file.patch }),
    ...(file.previousFilename === undefined ? {} : { previous_filename: file.previousFilename }),
  };
}

export function treePayload(
  links: Links,
  repository: Repository,
  sha: string,
  entries: readonly TreeEntry[],
  truncated: boolean,
) {
  const api = links.api(`${repositoryPath(repository)}/git`);
  return {
    sha,
    url: `${api}/trees/${sha}`,
    tree: entries.map(({ path, mode, type, sha: object, size }) => ({
      path,
      mode,
      type,
      sha: object,
      ...(size === undefined ? {} : { size }),
      // A submodule's commit lies in another repository.
      ...(type === 'commit' ? {} : { url: `${api}/${type}s/${object}` }),
    })),
    truncated,
  };
}
