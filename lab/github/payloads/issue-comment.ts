import type { IssueComment, PullRequest, Repository, World } from '../state/index.ts';
import { accountPayload } from './account.ts';
import { appPayload } from './app.ts';
import { type Links, nodeId } from './links.ts';
import { repositoryPath } from './repository.ts';

const reactions = (url: string) => ({
  url: `${url}/reactions`,
  total_count: 0,
  '+1': 0,
  '-1': 0,
  laugh: 0,
  hooray: 0,
  confused: 0,
  heart: 0,
  rocket: 0,
  eyes: 0,
});

export function commentPayload(
  links: Links,
  world: World,
  repository: Repository,
  comment: IssueComment,
) {
  const { id, issue, author } = comment;
  const path = repositoryPath(repository);
  const url = links.api(`${path}/issues/comments/${id}`);
  return {
    url,
    html_url: links.html(
      `/${repository.owner.login}/${repository.name}/pull/${issue}#issuecomment-${id}`,
    ),
    issue_url: links.api(`${path}/issues/${issue}`),
    id,
    node_id: nodeId('IssueComment', id),
    user: accountPayload(links, author),
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    author_association: comment.viaApp ? 'NONE' : 'MEMBER',
    body: comment.body,
    reactions: reactions(url),
    performed_via_github_app: comment.viaApp ? appPayload(links, world) : null,
  };
}

/** The issue that every pull request also is, as comment events carry it. */
export function issuePayload(links: Links, pull: PullRequest, comments: number) {
  const { repository } = pull.base;
  const path = repositoryPath(repository);
  const url = links.api(`${path}/issues/${pull.number}`);
  const html = links.html(`/${repository.owner.login}/${repository.name}/pull/${pull.number}`);
  const api = links.api(`${path}/pulls/${pull.number}`);
  return {
    url,
    repository_url: links.api(path),
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: html,
    id: pull.id,
    node_id: nodeId('PullRequest', pull.id),
    number: pull.number,
    title: pull.title,
    user: accountPayload(links, pull.author),
    labels: [],
    state: pull.closedAt === null ? 'open' : 'closed',
    locked: false,
    assignee: null,
    assignees: [],
    milestone: null,
    comments,
    created_at: pull.createdAt,
    updated_at: pull.updatedAt,
    closed_at: pull.closedAt,
    author_association: 'MEMBER',
    active_lock_reason: null,
    draft: false,
    pull_request: {
      url: api,
      html_url: html,
      diff_url: `${html}.diff`,
      patch_url: `${html}.patch`,
      merged_at: pull.merged?.at ?? null,
    },
    body: pull.body,
    reactions: reactions(url),
  };
}
