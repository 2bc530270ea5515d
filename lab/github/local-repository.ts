import type { Files } from './git/index.ts';
import { findEntry } from './git/index.ts';
import type { Site } from './http/index.ts';
import { mergeCommitOf } from './pull-requests/index.ts';
import type {
  Account,
  CheckRun,
  Deployment,
  IssueComment,
  PullRequest,
  Repository,
} from './state/index.ts';
import { timestamp } from './state/index.ts';

export interface PushOptions {
  readonly message?: string;
  /** The login of who pushes; `octocat` unless told. */
  readonly by?: string;
  /** Replaces the branch by the files on top of the default branch, as a force push after a rebase does. */
  readonly force?: boolean;
}

export interface PullRequestOptions {
  readonly title: string;
  readonly branch: string;
  /** The change: path to new content, or null to remove the path. */
  readonly files: Files;
  readonly body?: string;
  /** The fork that the branch lies in; the repository itself unless told. */
  readonly from?: LocalRepository;
  readonly by?: string;
  readonly message?: string;
}

const PERSON = 'octocat';

/** A repository of the local GitHub, by the hands of the people who work on it. */
export class LocalRepository {
  readonly #repository: Repository;
  readonly #site: Site;

  constructor(repository: Repository, site: Site) {
    this.#repository = repository;
    this.#site = site;
  }

  get owner(): string {
    return this.#repository.owner.login;
  }

  get name(): string {
    return this.#repository.name;
  }

  get fullName(): string {
    return `${this.owner}/${this.name}`;
  }

  get defaultBranch(): string {
    return this.#repository.defaultBranch;
  }

  /** The bare repository on disk. */
  get directory(): string {
    return this.#repository.git.directory;
  }

  /** The commit at the tip of a branch. */
  async tip(branch = this.defaultBranch): Promise<string> {
    const commit = await this.#repository.git.resolve(`heads/${branch}`);
    if (!commit) throw new Error(`${this.fullName} has no branch ${branch}`);
    return commit;
  }

  /** The text of a file at a branch or commit; undefined: there is none. */
  async read(path: string, at = this.defaultBranch): Promise<string | undefined> {
    const { git } = this.#repository;
    const commit = await git.resolve(at);
    const entry = commit ? await findEntry(git, commit, path) : undefined;
    return entry ? (await git.blob(entry.sha))?.toString() : undefined;
  }

  /** Copies the repository to another account, where the app is not installed. */
  async fork(owner: string): Promise<LocalRepository> {
    const { world } = this.#site;
    const fork = await world.addRepository(world.account(owner, 'User'), this.name, {
      parent: this.#repository,
    });
    return new LocalRepository(fork, this.#site);
  }

  /**
   * Commits files on a branch (from the default branch where it is new), as a push does: open pull requests of the
   * branch get their new head. Returns the commit.
   */
  async pushTo(branch: string, files: Files, options: PushOptions = {}): Promise<string> {
    const by = this.#person(options.by);
    const { git, defaultBranch } = this.#repository;
    const before = await git.resolve(`heads/${branch}`);
    const start = await git.resolve(`heads/${defaultBranch}`);
    const after = await this.#commit(
      branch,
      files,
      options,
      options.force ? start : (before ?? start),
    );
    const forced = options.force === true && before !== undefined;
    await this.#pushed({ ref: `refs/heads/${branch}`, before, after, forced }, by);
    return after;
  }

  async openPullRequest(options: PullRequestOptions): Promise<{ number: number; head: string }> {
    const { world, events } = this.#site;
    const from = options.from ?? this;
    const author = this.#person(options.by);
    const head = await from.pushTo(options.branch, options.files, {
      message: options.message ?? options.title,
      by: author.login,
    });
    const repository = this.#repository;
    repository.lastNumber += 1;
    const number = repository.lastNumber;
    await repository.git.fetch(from.#repository.git, head, `refs/pull/${number}/head`);
    const now = timestamp();
    const pull: PullRequest = {
      id: world.nextId(),
      number,
      title: options.title,
      body: options.body ?? null,
      author,
      head: { repository: from.#repository, ref: options.branch, sha: head },
      base: { repository, ref: this.defaultBranch, sha: await this.tip() },
      createdAt: now,
      updatedAt: now,
      closedAt: null,
      merged: undefined,
    };
    repository.pulls.set(number, pull);
    await events.pullRequest('opened', pull, author);
    return { number, head };
  }

  /**
   * Merges an open pull request into its base branch; returns the commit that the branch then has.
   * @throws {Error} when it conflicts or is closed
   */
  async mergePullRequest(
    number: number,
    { by, method = 'merge' }: { readonly by?: string; readonly method?: 'merge' | 'squash' } = {},
  ): Promise<string> {
    const pull = this.#open(number);
    const sender = this.#person(by);
    const { base, head } = pull;
    const title =
      method === 'merge'
        ? `Merge pull request #${number} from ${head.repository.owner.login}/${head.ref}\n\n${pull.title}`
        : `${pull.title} (#${number})`;
    const before = await this.tip(base.ref);
    const after = await mergeCommitOf(pull, title, method);
    if (!after) throw new Error(`Pull request #${number} conflicts with ${base.ref}`);
    await this.#repository.git.setReference(`refs/heads/${base.ref}`, after);
    pull.merged = { at: timestamp(), by: sender, commit: after };
    await this.#close(pull, sender);
    await this.#pushed({ ref: `refs/heads/${base.ref}`, before, after, forced: false }, sender);
    return after;
  }

  async closePullRequest(number: number, by?: string): Promise<void> {
    await this.#close(this.#open(number), this.#person(by));
  }

  async reopenPullRequest(number: number, by?: string): Promise<void> {
    const pull = this.#pull(number);
    if (pull.merged) throw new Error(`Pull request #${number} is merged`);
    pull.closedAt = null;
    pull.updatedAt = timestamp();
    await this.#site.events.pullRequest('reopened', pull, this.#person(by));
  }

  /** A person's comment; returns its id. */
  comment(number: number, body: string, by?: string): number {
    const { world, events } = this.#site;
    const now = timestamp();
    const author = this.#person(by);
    const id = world.nextId();
    const comment = {
      id,
      issue: number,
      author,
      viaApp: false,
      createdAt: now,
      updatedAt: now,
      body,
    };
    this.#repository.comments.set(id, comment);
    events.comment('created', this.#repository, comment, author);
    return id;
  }

  /** What clicking "Re-run" on a check does. */
  rerunCheck(id: number, by?: string): void {
    const run = this.#repository.checkRuns.get(id);
    if (!run) throw new Error(`There is no check run ${id}`);
    this.#site.events.checkRun('rerequested', this.#repository, run, this.#person(by));
  }

  pullRequest(number: number): PullRequest {
    return this.#pull(number);
  }

  /** Comments on a pull request, oldest first. */
  comments(number: number): readonly IssueComment[] {
    return [...this.#repository.comments.values()].filter(({ issue }) => issue === number);
  }

  /** Check runs, oldest first; of all commits unless one is given. */
  checkRuns(sha?: string): readonly CheckRun[] {
    const all = [...this.#repository.checkRuns.values()];
    return sha === undefined ? all : all.filter(({ headSha }) => headSha === sha);
  }

  /** Deployments with their statuses, oldest first. */
  deployments(): readonly Deployment[] {
    return [...this.#repository.deployments.values()];
  }

  #person(login = PERSON): Account {
    return this.#site.world.account(login, 'User');
  }

  #pull(number: number): PullRequest {
    const pull = this.#repository.pulls.get(number);
    if (!pull) throw new Error(`${this.fullName} has no pull request #${number}`);
    return pull;
  }

  #open(number: number): PullRequest {
    const pull = this.#pull(number);
    if (pull.closedAt !== null) throw new Error(`Pull request #${number} is closed`);
    return pull;
  }

  async #commit(branch: string, files: Files, options: PushOptions, parent: string | undefined) {
    const login = options.by ?? PERSON;
    return await this.#repository.git.commit({
      branch,
      parent,
      message: options.message ?? `Update ${Object.keys(files).join(', ')}`,
      author: { name: login, email: `${login}@example.com` },
      time: Math.floor(Date.now() / 1000),
      files,
    });
  }

  async #close(pull: PullRequest, sender: Account): Promise<void> {
    pull.closedAt = timestamp();
    pull.updatedAt = pull.closedAt;
    await this.#site.events.pullRequest('closed', pull, sender);
  }

  /** What follows from a branch that moved: the push, and a new head of its pull requests. */
  async #pushed(push: Parameters<Site['events']['push']>[1], sender: Account): Promise<void> {
    const { world, events } = this.#site;
    this.#repository.pushedAt = timestamp();
    await events.push(this.#repository, push, sender);
    for (const pull of world.pullRequests()) {
      const { head, base, number } = pull;
      const concerned =
        pull.closedAt === null &&
        head.repository === this.#repository &&
        `refs/heads/${head.ref}` === push.ref;
      if (!concerned) continue;
      const before = head.sha;
      const target = base.repository.git;
      await target.fetch(this.#repository.git, push.after, `refs/pull/${number}/head`);
      head.sha = push.after;
      base.sha = (await target.resolve(`heads/${base.ref}`)) ?? base.sha;
      pull.updatedAt = timestamp();
      await events.pullRequest('synchronize', pull, sender, { before, after: push.after });
    }
  }
}
