import { type Commit, changedPaths, listCommits, readCommit } from '../git/index.ts';
import {
  accountPayload,
  appPayload,
  checkRunPayload,
  commentPayload,
  fullPullRequestPayload,
  installationPayload,
  issuePayload,
  type Links,
  nodeId,
  repositoryPayload,
} from '../payloads/index.ts';
import { detailsOf } from '../pull-requests/index.ts';
import type {
  Account,
  CheckRun,
  Installation,
  IssueComment,
  PullRequest,
  Repository,
  World,
} from '../state/index.ts';
import type { Deliverer } from './deliverer.ts';

export interface Push {
  readonly ref: string;
  readonly before: string | undefined;
  readonly after: string;
  readonly forced: boolean;
}

const NOTHING = '0'.repeat(40);

/** Tells the app what happened: makes the payloads, and sends those that the app gets. */
export class Events {
  readonly #world: World;
  readonly #links: Links;
  readonly #deliverer: Deliverer;

  constructor(world: World, links: Links, deliverer: Deliverer) {
    this.#world = world;
    this.#links = links;
    this.#deliverer = deliverer;
  }

  ping(): void {
    const { app } = this.#world;
    const hook = {
      type: 'App',
      id: app.id,
      name: 'web',
      active: true,
      events: app.events,
      app_id: app.id,
      config: {
        content_type: 'json',
        insecure_ssl: '0',
        secret: '********',
        url: this.#deliverer.url,
      },
      created_at: app.createdAt,
      updated_at: app.createdAt,
    };
    this.#deliverer.send({
      event: 'ping',
      installationId: null,
      repositoryId: null,
      payload: { zen: 'Keep it logically awesome.', hook_id: app.id, hook },
    });
  }

  installed(installation: Installation, repository: Repository, first: boolean): void {
    const { id, name, owner } = repository;
    const brief = {
      id,
      node_id: nodeId('Repository', id),
      name,
      full_name: `${owner.login}/${name}`,
      private: repository.private,
    };
    const common = {
      installation: installationPayload(this.#links, this.#world, installation),
      requester: null,
      sender: accountPayload(this.#links, installation.account),
    };
    this.#deliverer.send({
      event: first ? 'installation' : 'installation_repositories',
      installationId: installation.id,
      repositoryId: null,
      payload: first
        ? { action: 'created', ...common, repositories: [brief] }
        : {
            action: 'added',
            ...common,
            repository_selection: 'selected',
            repositories_added: [brief],
            repositories_removed: [],
          },
    });
  }

  async pullRequest(
    action: 'opened' | 'reopened' | 'closed' | 'synchronize',
    pull: PullRequest,
    sender: Account,
    more: Readonly<Record<string, unknown>> = {},
  ): Promise<void> {
    const details = await detailsOf(pull);
    this.#tell('pull_request', pull.base.repository, sender, {
      action,
      number: pull.number,
      pull_request: fullPullRequestPayload(this.#links, pull, details),
      ...more,
    });
  }

  async push(repository: Repository, push: Push, sender: Account): Promise<void> {
    const { ref, before, after, forced } = push;
    const { git } = repository;
    const [head, commits] = await Promise.all([
      readCommit(git, after),
      listCommits(git, before ? `${before}..${after}` : after, ['--reverse', '--max-count=2048']),
    ]);
    const html = this.#links.html(`/${repository.owner.login}/${repository.name}`);
    const described = async (commit: Commit) => ({
      ...(await changedPaths(git, commit)),
      id: commit.sha,
      tree_id: commit.tree,
      distinct: true,
      message: commit.message,
      timestamp: commit.committer.date,
      url: `${html}/commit/${commit.sha}`,
      author: { name: commit.author.name, email: commit.author.email },
      committer: { name: commit.committer.name, email: commit.committer.email },
    });
    this.#tell('push', repository, sender, {
      ref,
      before: before ?? NOTHING,
      after,
      created: before === undefined,
      deleted: false,
      forced,
      base_ref: null,
      compare: before ? `${html}/compare/${before}...${after}` : `${html}/commit/${after}`,
      commits: await Promise.all(commits.map(described)),
      head_commit: await described(head),
      pusher: { name: sender.login, email: null },
    });
  }

  comment(
    action: 'created' | 'edited' | 'deleted',
    repository: Repository,
    comment: IssueComment,
    sender: Account,
    before?: string,
  ): void {
    const pull = repository.pulls.get(comment.issue);
    if (!pull) return;
    const count = [...repository.comments.values()].filter(({ issue }) => issue === comment.issue);
    this.#tell('issue_comment', repository, sender, {
      action,
      issue: issuePayload(this.#links, pull, count.length),
      comment: commentPayload(this.#links, this.#world, repository, comment),
      ...(before === undefined ? {} : { changes: { body: { from: before } } }),
    });
  }

  checkRun(
    action: 'created' | 'completed' | 'rerequested',
    repository: Repository,
    run: CheckRun,
    sender: Account,
  ): void {
    const check = checkRunPayload(this.#links, this.#world, repository, run);
    this.#tell('check_run', repository, sender, {
      action,
      check_run: {
        ...check,
        check_suite: {
          id: run.suite,
          node_id: nodeId('CheckSuite', run.suite),
          head_sha: run.headSha,
          status: run.status,
          conclusion: run.conclusion,
          app: appPayload(this.#links, this.#world),
          pull_requests: check.pull_requests,
        },
      },
    });
  }

  #tell(
    event: string,
    repository: Repository,
    sender: Account,
    payload: Readonly<Record<string, unknown>>,
  ): void {
    const installation = this.#world.installationOf(repository);
    if (!installation || !this.#world.app.events.includes(event)) return;
    this.#deliverer.send({
      event,
      installationId: installation.id,
      repositoryId: repository.id,
      payload: {
        ...payload,
        repository: repositoryPayload(this.#links, repository),
        sender: accountPayload(this.#links, sender),
        installation: {
          id: installation.id,
          node_id: nodeId('Installation', installation.id),
        },
      },
    });
  }
}
