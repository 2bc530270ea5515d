import { notFound, type Request, type Route, repositoryRoute } from '../http/index.ts';
import {
  changedFilePayload,
  commitPayload,
  fullPullRequestPayload,
  fullRepositoryPayload,
  pullRequestPayload,
} from '../payloads/index.ts';
import { changesOf, commitsOf, detailsOf, tryMerge } from '../pull-requests/index.ts';
import type { PullRequest, Repository } from '../state/index.ts';

const MOST_FILES = 3000;
const MOST_COMMITS = 250;

function pullOf({ params, repository }: Request & { repository: Repository }): PullRequest {
  const pull = repository.pulls.get(Number(params.pull_number));
  if (!pull) throw notFound();
  return pull;
}

function matches(pull: PullRequest, query: URLSearchParams): boolean {
  const state = query.get('state') ?? 'open';
  const head = query.get('head');
  const base = query.get('base');
  return (
    (state === 'all' || (pull.closedAt === null) === (state === 'open')) &&
    (head === null || head === `${pull.head.repository.owner.login}:${pull.head.ref}`) &&
    (base === null || base === pull.base.ref)
  );
}

const read = ['pull_requests', 'read'] as const;

export const pullRequestRoutes: readonly Route[] = [
  repositoryRoute(
    'GET /repos/{owner}/{repo}',
    ['metadata', 'read'],
    ({ repository }, { links }) => ({
      body: fullRepositoryPayload(links, repository),
    }),
  ),

  repositoryRoute('GET /repos/{owner}/{repo}/pulls', read, ({ repository, query }, { links }) => {
    const found = [...repository.pulls.values()].filter((pull) => matches(pull, query));
    const newestFirst = (query.get('direction') ?? 'desc') === 'desc';
    return {
      list: (newestFirst ? found.toReversed() : found).map((pull) =>
        pullRequestPayload(links, pull, pull.merged?.commit ?? null),
      ),
    };
  }),

  repositoryRoute(
    'GET /repos/{owner}/{repo}/pulls/{pull_number}',
    read,
    async (request, { links }) => {
      const pull = pullOf(request);
      const details = await detailsOf(pull);
      if (pull.closedAt !== null) return { body: fullPullRequestPayload(links, pull, details) };
      const mergeCommit = (await tryMerge(pull)) ?? null;
      const tried = { ...details, mergeCommit, mergeable: mergeCommit !== null };
      return { body: fullPullRequestPayload(links, pull, tried) };
    },
  ),

  repositoryRoute(
    'GET /repos/{owner}/{repo}/pulls/{pull_number}/files',
    read,
    async (request, { links }) => {
      const pull = pullOf(request);
      const files = (await changesOf(pull)).slice(0, MOST_FILES);
      return {
        list: files.map((file) =>
          changedFilePayload(links, request.repository, pull.head.sha, file),
        ),
      };
    },
  ),

  repositoryRoute(
    'GET /repos/{owner}/{repo}/pulls/{pull_number}/commits',
    read,
    async (request, { links }) => {
      const commits = (await commitsOf(pullOf(request))).slice(0, MOST_COMMITS);
      return { list: commits.map((commit) => commitPayload(links, request.repository, commit)) };
    },
  ),
];
