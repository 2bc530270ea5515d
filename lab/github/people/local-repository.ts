import { type Files, findEntry } from '../git/index.ts';
import type { Site } from '../http/index.ts';
import {
  type Account,
  type CheckRun,
  type Deployment,
  type IssueComment,
  type PullRequest,
  type Repository,
  timestamp,
} from '../state/index.ts';
import {
  closePullRequest,
  mergePullRequest,
  openPullRequest,
  reopenPullRequest,
} from './pull-request.ts';
import { PERSON, type PushOptions, pushFiles } from './push.ts';

export interface PullRequestOptions {
  readonly title: string;
  readonly branch: string;
  /** The change: path to new content, or null to remove the path. */
  readonly files: Files;
  readonly body?: string;
  /** The fork that the branch lies in; the repository itself unless told. */
  readonly from?: LocalRepository;
  /** The login of the author; `octocat` unless told. */
  readonly by?: string;
  /** The message of the commit; the title unless told. */
  readonly message?: string;
}

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

  /** The commit at the tip of a branch. @throws {Error} when there is no such branch */
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
    const account = world.account(owner, 'User');
    const fork = await world.addRepository(account, this.name, { parent: this.#repository });
    return new LocalRepository(fork, this.#site);
  }

  /**
   * Commits files on a branch (from the default branch where it is new), as a push does: open pull requests of the
   * branch get their new head. Returns the commit.
   */
  async pushTo(branch: string, files: Files, options: PushOptions = {}): Promise<string> {
    return await pushFiles(this.#site, this.#repository, branch, files, options);
  }

  async openPullRequest(options: PullRequestOptions): Promise<{ number: number; head: string }> {
    const { title, branch, files, body = null, from = this, by, message = title } = options;
    const author = this.#person(by);
    const head = await from.pushTo(branch, files, { message, by: author.login });
    const { number } = await openPullRequest(this.#site, this.#repository, {
      title,
      body,
      author,
      head: { repository: from.#repository, ref: branch, sha: head },
    });
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
    return await mergePullRequest(this.#site, this.#open(number), this.#person(by), method);
  }

  async closePullRequest(number: number, by?: string): Promise<void> {
    await closePullRequest(this.#site, this.#open(number), this.#person(by));
  }

  async reopenPullRequest(number: number, by?: string): Promise<void> {
    await reopenPullRequest(this.#site, this.pullRequest(number), this.#person(by));
  }

  /** A person's comment; returns its id. */
  comment(number: number, body: string, by?: string): number {
    const { world, events } = this.#site;
    const now = timestamp();
    const author = this.#person(by);
    const id = world.nextId();
    const times = { createdAt: now, updatedAt: now };
    const comment = { id, issue: number, author, viaApp: false, ...times, body };
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

  /** @throws {Error} for a number that there is not */
  pullRequest(number: number): PullRequest {
    const pull = this.#repository.pulls.get(number);
    if (!pull) throw new Error(`${this.fullName} has no pull request #${number}`);
    return pull;
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

  #open(number: number): PullRequest {
    const pull = this.pullRequest(number);
    if (pull.closedAt !== null) throw new Error(`Pull request #${number} is closed`);
    return pull;
  }
}
