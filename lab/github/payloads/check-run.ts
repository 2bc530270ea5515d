import type { Annotation, CheckRun, PullRequest, Repository, World } from '../state/index.ts';
import { appPayload } from './app.ts';
import { type Links, nodeId } from './links.ts';
import { minimalPullRequestPayload } from './pull-request.ts';
import { repositoryPath } from './repository.ts';

/**
 * The pull requests that GitHub names with a check: open ones with this head in the repository itself.
 * Those from forks are missing, as they are on GitHub.
 */
function pullRequestsOf(repository: Repository, headSha: string): readonly PullRequest[] {
  return [...repository.pulls.values()].filter(
    ({ head, closedAt }) =>
      closedAt === null && head.repository === repository && head.sha === headSha,
  );
}

export function checkRunPayload(links: Links, world: World, repository: Repository, run: CheckRun) {
  const url = links.api(`${repositoryPath(repository)}/check-runs/${run.id}`);
  const html = links.html(`/${repository.owner.login}/${repository.name}/runs/${run.id}`);
  return {
    id: run.id,
    name: run.name,
    node_id: nodeId('CheckRun', run.id),
    head_sha: run.headSha,
    external_id: run.externalId,
    url,
    html_url: html,
    details_url: run.detailsUrl || html,
    status: run.status,
    conclusion: run.conclusion,
    started_at: run.startedAt,
    completed_at: run.completedAt,
    output: {
      ...run.output,
      annotations_count: run.annotations.length,
      annotations_url: `${url}/annotations`,
    },
    check_suite: { id: run.suite },
    app: appPayload(links, world),
    pull_requests: pullRequestsOf(repository, run.headSha).map((pull) =>
      minimalPullRequestPayload(links, pull),
    ),
  };
}

export function annotationPayload(
  links: Links,
  repository: Repository,
  { headSha }: CheckRun,
  annotation: Annotation,
) {
  const { owner, name } = repository;
  return {
    path: annotation.path,
    blob_href: links.html(`/${owner.login}/${name}/blob/${headSha}/${encodeURI(annotation.path)}`),
    start_line: annotation.start_line,
    start_column: annotation.start_column ?? null,
    end_line: annotation.end_line,
    end_column: annotation.end_column ?? null,
    annotation_level: annotation.annotation_level,
    title: annotation.title ?? null,
    message: annotation.message,
    raw_details: annotation.raw_details ?? null,
  };
}
