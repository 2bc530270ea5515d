import { join } from 'node:path';
import { BareRepository } from '../git/index.ts';
import { type App, defaultEvents, defaultPermissions, type Permissions } from './app.ts';
import type { Account, Installation, PullRequest, Repository } from './records.ts';

export interface AppOptions {
  readonly id: number;
  readonly slug: string;
  /** The public half of the app's key, SubjectPublicKeyInfo in PEM. */
  readonly publicKeyPem: string;
  readonly permissions?: Permissions;
  /** The webhook events that the app is subscribed to; `installation` and `ping` come without. */
  readonly events?: readonly string[];
}

/** GitHub's time: whole seconds. */
export const timestamp = (time = Date.now()) => `${new Date(time).toISOString().slice(0, 19)}Z`;

/** Everything that exists on the local GitHub. */
export class World {
  readonly app: App;
  readonly accounts = new Map<string, Account>();
  readonly repositories = new Map<string, Repository>();
  readonly installations = new Map<string, Installation>();
  readonly #directory: string;
  #lastId = 1000;

  constructor(directory: string, app: AppOptions) {
    this.#directory = directory;
    this.app = {
      permissions: defaultPermissions,
      events: defaultEvents,
      ...app,
      clientId: `Iv23li${app.id}`,
      owner: this.account('local-github', 'Organization'),
      bot: this.account(`${app.slug}[bot]`, 'Bot'),
      createdAt: timestamp(),
    };
  }

  /** Ids rise over all kinds of things, as far as a client can tell. */
  nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  account(login: string, type: Account['type']): Account {
    const key = login.toLowerCase();
    const known = this.accounts.get(key);
    if (known) return known;
    const account = { id: this.nextId(), login, type };
    this.accounts.set(key, account);
    return account;
  }

  repository(owner: string, name: string): Repository | undefined {
    return this.repositories.get(`${owner}/${name}`.toLowerCase());
  }

  /** The installation that reaches the repository; forks of others are out of its reach. */
  installationOf(repository: Repository): Installation | undefined {
    return this.installations.get(repository.owner.login.toLowerCase());
  }

  repositoriesOf(installation: Installation): readonly Repository[] {
    return [...this.repositories.values()].filter(({ owner }) => owner === installation.account);
  }

  /** @throws {Error} when the owner has a repository of this name. */
  async addRepository(
    owner: Account,
    name: string,
    { parent, isPrivate = false }: { parent?: Repository; isPrivate?: boolean } = {},
  ): Promise<Repository> {
    const key = `${owner.login}/${name}`.toLowerCase();
    if (this.repositories.has(key)) throw new Error(`${owner.login}/${name}: exists already`);
    const defaultBranch = parent?.defaultBranch ?? 'main';
    const directory = join(this.#directory, `${key}.git`);
    const now = timestamp();
    const repository: Repository = {
      id: this.nextId(),
      owner,
      name,
      private: isPrivate,
      defaultBranch,
      parent,
      git: parent
        ? await parent.git.copyTo(directory, defaultBranch)
        : await BareRepository.create(directory, defaultBranch),
      createdAt: now,
      pushedAt: now,
      lastNumber: 0,
      pulls: new Map(),
      comments: new Map(),
      checkRuns: new Map(),
      checkSuites: new Map(),
      deployments: new Map(),
    };
    this.repositories.set(key, repository);
    return repository;
  }

  install(account: Account): Installation {
    const installation = { id: this.nextId(), account, createdAt: timestamp() };
    this.installations.set(account.login.toLowerCase(), installation);
    return installation;
  }

  /** Pull requests of all repositories, oldest first. */
  *pullRequests(): Iterable<PullRequest> {
    for (const { pulls } of this.repositories.values()) yield* pulls.values();
  }
}
