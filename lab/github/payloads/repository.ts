import type { Repository } from '../state/index.ts';
import { accountPayload } from './account.ts';
import { type Links, nodeId } from './links.ts';

/** Template parts as GitHub's own URLs have them. */
const resources = {
  archive_url: '/{archive_format}{/ref}',
  assignees_url: '/assignees{/user}',
  blobs_url: '/git/blobs{/sha}',
  branches_url: '/branches{/branch}',
  collaborators_url: '/collaborators{/collaborator}',
  comments_url: '/comments{/number}',
  commits_url: '/commits{/sha}',
  compare_url: '/compare/{base}...{head}',
  contents_url: '/contents/{+path}',
  contributors_url: '/contributors',
  deployments_url: '/deployments',
  downloads_url: '/downloads',
  events_url: '/events',
  forks_url: '/forks',
  git_commits_url: '/git/commits{/sha}',
  git_refs_url: '/git/refs{/sha}',
  git_tags_url: '/git/tags{/sha}',
  hooks_url: '/hooks',
  issue_comment_url: '/issues/comments{/number}',
  issue_events_url: '/issues/events{/number}',
  issues_url: '/issues{/number}',
  keys_url: '/keys{/key_id}',
  labels_url: '/labels{/name}',
  languages_url: '/languages',
  merges_url: '/merges',
  milestones_url: '/milestones{/number}',
  notifications_url: '/notifications{?since,all,participating}',
  pulls_url: '/pulls{/number}',
  releases_url: '/releases{/id}',
  stargazers_url: '/stargazers',
  statuses_url: '/statuses/{sha}',
  subscribers_url: '/subscribers',
  subscription_url: '/subscription',
  tags_url: '/tags',
  teams_url: '/teams',
  trees_url: '/git/trees{/sha}',
} as const;

export const repositoryPath = ({ owner, name }: Repository) => `/repos/${owner.login}/${name}`;

type ResourceUrls = { readonly [name in keyof typeof resources]: string };

export function repositoryPayload(links: Links, repository: Repository) {
  const { id, name, owner, pulls, createdAt, pushedAt } = repository;
  const fullName = `${owner.login}/${name}`;
  const url = links.api(repositoryPath(repository));
  const html = links.html(`/${fullName}`);
  const open = [...pulls.values()].filter(({ closedAt }) => closedAt === null).length;
  return {
    id,
    node_id: nodeId('Repository', id),
    name,
    full_name: fullName,
    private: repository.private,
    owner: accountPayload(links, owner),
    html_url: html,
    description: null,
    fork: repository.parent !== undefined,
    url,
    ...(Object.fromEntries(
      Object.entries(resources).map(([key, path]) => [key, `${url}${path}`]),
    ) as ResourceUrls),
    git_url: `${html.replace(/^http/, 'git')}.git`,
    ssh_url: `git@${new URL(links.origin).hostname}:${fullName}.git`,
    clone_url: `${html}.git`,
    svn_url: html,
    mirror_url: null,
    homepage: null,
    language: null,
    size: 0,
    forks_count: 0,
    stargazers_count: 0,
    watchers_count: 0,
    open_issues_count: open,
    has_issues: true,
    has_projects: false,
    has_downloads: true,
    has_wiki: false,
    has_pages: false,
    has_discussions: false,
    archived: false,
    disabled: false,
    license: null,
    allow_forking: true,
    is_template: false,
    web_commit_signoff_required: false,
    topics: [],
    visibility: repository.private ? 'private' : 'public',
    forks: 0,
    open_issues: open,
    watchers: 0,
    default_branch: repository.defaultBranch,
    created_at: createdAt,
    updated_at: pushedAt,
    pushed_at: pushedAt,
  };
}

/** What GET of a single repository adds. */
export function fullRepositoryPayload(links: Links, repository: Repository): object {
  const { parent } = repository;
  return {
    ...repositoryPayload(links, repository),
    network_count: 0,
    subscribers_count: 0,
    ...(parent
      ? { parent: repositoryPayload(links, parent), source: repositoryPayload(links, parent) }
      : {}),
  };
}
