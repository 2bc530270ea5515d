import type {
  Annotation,
  CheckOutput,
  Comment,
  Conclusion,
  DeploymentState,
  ForgeWriter,
} from '../forge/index.ts';
import type { GitHubClient } from './github-client.ts';

/** The name under which branch protection lists the check. */
const CHECK_NAME = 'Sallyport';
/** What GitHub takes as the description of a deployment status. */
const LONGEST_DESCRIPTION = 140;

type RepositoryName = { readonly owner: string; readonly repo: string };

/** Writes checks, comments and deployments of a repository over the REST API. */
export class GitHubWriter implements ForgeWriter {
  readonly #client: GitHubClient;
  readonly #name: RepositoryName;
  readonly #appId: number;

  constructor(client: GitHubClient, name: RepositoryName, appId: number) {
    this.#client = client;
    this.#name = name;
    this.#appId = appId;
  }

  async startCheck(head: string, output: CheckOutput): Promise<number> {
    const { data } = await this.#client.rest.checks.create({
      ...this.#name,
      name: CHECK_NAME,
      head_sha: head,
      status: 'in_progress',
      started_at: new Date().toISOString(),
      output: { ...output },
    });
    return data.id;
  }

  async annotateCheck(
    id: number,
    output: CheckOutput,
    annotations: readonly Annotation[],
  ): Promise<void> {
    await this.#client.rest.checks.update({
      ...this.#name,
      check_run_id: id,
      output: { ...output, annotations: annotations.map(annotationOf) },
    });
  }

  async finishCheck(id: number, conclusion: Conclusion, output: CheckOutput): Promise<void> {
    await this.#client.rest.checks.update({
      ...this.#name,
      check_run_id: id,
      status: 'completed',
      conclusion,
      completed_at: new Date().toISOString(),
      output: { ...output },
    });
  }

  async ownComments(pullRequest: number): Promise<Comment[]> {
    const all = await this.#client.paginate(this.#client.rest.issues.listComments, {
      ...this.#name,
      issue_number: pullRequest,
      per_page: 100,
    });
    return all
      .filter((comment) => comment.performed_via_github_app?.id === this.#appId)
      .map(({ id, body = '' }) => ({ id, body }));
  }

  async addComment(pullRequest: number, body: string): Promise<void> {
    await this.#client.rest.issues.createComment({
      ...this.#name,
      issue_number: pullRequest,
      body,
    });
  }

  async changeComment(id: number, body: string): Promise<void> {
    await this.#client.rest.issues.updateComment({ ...this.#name, comment_id: id, body });
  }

  async removeComment(id: number): Promise<void> {
    await this.#client.rest.issues.deleteComment({ ...this.#name, comment_id: id });
  }

  async createDeployment(
    commit: string,
    environment: string,
    description: string,
  ): Promise<number> {
    const { data } = await this.#client.rest.repos.createDeployment({
      ...this.#name,
      ref: commit,
      environment,
      description: description.slice(0, LONGEST_DESCRIPTION),
      auto_merge: false,
      // What is on the default branch is enforced already; a missing status of another app must not hide that.
      required_contexts: [],
    });
    if ('id' in data) return data.id;
    throw new Error(`GitHub made no deployment of ${commit}: ${data.message}`);
  }

  async setDeploymentState(
    deployment: number,
    state: DeploymentState,
    description: string,
  ): Promise<void> {
    await this.#client.rest.repos.createDeploymentStatus({
      ...this.#name,
      deployment_id: deployment,
      state,
      description: description.slice(0, LONGEST_DESCRIPTION),
      // Each group's state is told for every publication; GitHub need not guess.
      auto_inactive: false,
    });
  }
}

function annotationOf({ path, startLine, startColumn, level, title, message }: Annotation) {
  return {
    path,
    start_line: startLine,
    end_line: startLine,
    start_column: startColumn,
    end_column: startColumn,
    annotation_level: level,
    title,
    message,
  };
}
