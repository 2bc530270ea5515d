import type { Logger } from 'pino';
import type { GitHubConfiguration } from '../configuration/index.ts';
import type { ForgeReader, ForgeWriter } from '../forge/index.ts';
import { appClient, type GitHubClient, installationClient } from './github-client.ts';
import { GitHubReader } from './github-reader.ts';
import { GitHubWriter } from './github-writer.ts';
import { statusOf } from './missing.ts';

/** The ways to a repository. */
export interface Connection {
  readonly reader: ForgeReader;
  /** For publishing: never behind a write. */
  readonly quickReader: ForgeReader;
  readonly writer: ForgeWriter;
}

/** Connections to repositories by `owner/name`, through whichever installation of the App covers them. */
export class Connections {
  readonly #configuration: GitHubConfiguration;
  readonly #log: Logger;
  readonly #app: GitHubClient;
  readonly #known = new Map<string, Promise<Connection>>();

  constructor(configuration: GitHubConfiguration, log: Logger) {
    this.#configuration = configuration;
    this.#log = log;
    this.#app = appClient(configuration, log);
  }

  /** @throws {Error} if the App is not installed on the repository, or GitHub cannot be reached. */
  to(repository: string): Promise<Connection> {
    const known = this.#known.get(repository);
    if (known) return known;
    const connection = this.#connect(repository);
    this.#known.set(repository, connection);
    connection.catch(() => this.#known.delete(repository));
    return connection;
  }

  /** The App was installed anew or removed: its installation has another number, or none. */
  forget(): void {
    this.#known.clear();
  }

  /** The same, if that may be why a request failed. Otherwise a new connection would cost others time. */
  forgetAfter(error: unknown): void {
    if ([401, 403, 404].includes(statusOf(error) ?? 0)) this.forget();
  }

  async #connect(repository: string): Promise<Connection> {
    const [owner = '', repo = ''] = repository.split('/');
    const name = { owner, repo };
    const installation = await this.#installation(repository, name);
    const client = (queue: string) =>
      installationClient(this.#configuration, { installation, queue, log: this.#log });
    const main = client('review');
    return {
      reader: new GitHubReader(main, name),
      quickReader: new GitHubReader(client('publish'), name),
      writer: new GitHubWriter(main, name, this.#configuration.appId),
    };
  }

  async #installation(repository: string, name: { owner: string; repo: string }): Promise<number> {
    try {
      const { data } = await this.#app.rest.apps.getRepoInstallation(name);
      return data.id;
    } catch (error) {
      if (statusOf(error) !== 404) throw error;
      throw new Error(
        `the App is not installed on ${repository}; install it there, or remove the repository from the configuration`,
        { cause: error },
      );
    }
  }
}
