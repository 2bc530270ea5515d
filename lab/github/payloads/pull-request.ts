import type { PullRequest, Repository } from '../state/index.ts';
import { accountPayload } from './account.ts';
import { type Links, nodeId } from './links.ts';
import { repositoryPath, repositoryPayload } from './repository.ts';

/** What only the answer for a single pull request and the webhooks say. */
export interface PullRequestDetails {
  readonly commits: number;
  readonly additions: number;
  readonly deletions: number;
  readonly changedFiles: number;
  /** null: GitHub has not yet tried the merge. */
  readonly mergeable: boolean | null;
  readonly comments: number;
  /** The merge that was tried, or the one that was made. */
  readonly mergeCommit: string | null;
}

export function pullRequestPayload(links: Links, pull: PullRequest, mergeCommit: string | null) {
  const { number, base, head, author } = pull;
  const repository = repositoryPath(base.repository);
  const url = links.api(`${repository}/pulls/${number}`);
  const issue = links.api(`${repository}/issues/${number}`);
  const html = links.html(`/${base.repository.owner.login}/${base.repository.name}/pull/${number}`);
  const addresses = {
    comments_url: `${issue}/comments`,
    commits_url: `${url}/commits`,
    review_comments_url: `${url}/comments`,
    review_comment_url: links.api(`${repository}/pulls/comments{/number}`),
    statuses_url: links.api(`${repository}/statuses/${head.sha}`),
  };
  const side = (at: { repository: Repository; ref: string; sha: string }) => ({
    label: `${at.repository.owner.login}:${at.ref}`,
    ref: at.ref,
    sha: at.sha,
    user: accountPayload(links, at.repository.owner),
    repo: repositoryPayload(links, at.repository),
  });
  return {
    url,
    id: pull.id,
    node_id: nodeId('PullRequest', pull.id),
    html_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    issue_url: issue,
    ...addresses,
    number,
    state: pull.closedAt === null ? 'open' : 'closed',
    locked: false,
    title: pull.title,
    user: accountPayload(links, author),
    body: pull.body,
    labels: [],
    milestone: null,
    active_lock_reason: null,
    created_at: pull.createdAt,
    updated_at: pull.updatedAt,
    closed_at: pull.closedAt,
    merged_at: pull.merged?.at ?? null,
    merge_commit_sha: mergeCommit,
    assignee: null,
    assignees: [],
    requested_reviewers: [],
    requested_teams: [],
    draft: false,
    head: side(head),
    base: side(base),
    _links: {
      self: { href: url },
      html: { href: html },
      issue: { href: issue },
      comments: { href: addresses.comments_url },
      review_comments: { href: addresses.review_comments_url },
      review_comment: { href: addresses.review_comment_url },
      commits: { href: addresses.commits_url },
      statuses: { href: addresses.statuses_url },
    },
    author_association: head.repository === base.repository ? 'MEMBER' : 'CONTRIBUTOR',
    auto_merge: null,
  };
}

export function fullPullRequestPayload(
  links: Links,
  pull: PullRequest,
  details: PullRequestDetails,
) {
  const { merged, head, base } = pull;
  return {
    ...pullRequestPayload(links, pull, details.mergeCommit),
    merged: merged !== undefined,
    mergeable: details.mergeable,
    rebaseable: details.mergeable,
    mergeable_state: details.mergeable === null ? 'unknown' : details.mergeable ? 'clean' : 'dirty',
    merged_by: merged ? accountPayload(links, merged.by) : null,
    comments: details.comments,
    review_comments: 0,
    maintainer_can_modify: head.repository !== base.repository,
    commits: details.commits,
    additions: details.additions,
    deletions: details.deletions,
    changed_files: details.changedFiles,
  };
}

export function minimalPullRequestPayload(links: Links, { id, number, head, base }: PullRequest) {
  const side = ({
    repository,
    ref,
    sha,
  }: {
    repository: Repository;
    ref: string;
    sha: string;
  }) => ({
    ref,
    sha,
    repo: {
      id: repository.id,
      url: links.api(repositoryPath(repository)),
      name: repository.name,
    },
  });
  return {
    url: links.api(`${repositoryPath(base.repository)}/pulls/${number}`),
    id,
    number,
    head: side(head),
    base: side(base),
  };
}
