import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Files } from './git/index.ts';
import { createHandler, type LimitOptions, Limits, type Site, Tokens } from './http/index.ts';
import { linksOf } from './payloads/index.ts';
import { LocalRepository } from './people/index.ts';
import { allRoutes } from './routes/index.ts';
import { type AppOptions, World } from './state/index.ts';
import { Deliverer, type Delivery, Events } from './webhooks/index.ts';

export interface LocalGitHubOptions {
  /** The folder for the bare repositories. */
  readonly dir: string;
  readonly app: AppOptions & {
    readonly webhookUrl: string;
    readonly webhookSecret: string;
  };
  /** On loopback; any free one unless told. */
  readonly port?: number;
  /** Milliseconds that an installation token is good for; an hour unless told, as on GitHub. */
  readonly tokenLifetime?: number;
  readonly limits?: LimitOptions;
}

export interface LocalGitHub {
  /** `http://127.0.0.1:PORT`, where people would look. */
  readonly url: string;
  /** The base URL for programs, below `url` as on GitHub Enterprise Server. */
  readonly apiUrl: string;
  /** `127.0.0.1:PORT`: with GHE_PROTOCOL=http this is Probot's GHE_HOST. */
  readonly host: string;
  /** A repository with the app installed on it, with a first commit of the files. */
  createRepository(
    owner: string,
    name: string,
    files: Files,
    options?: { readonly private?: boolean },
  ): Promise<LocalRepository>;
  /** Attempts to deliver that are over, oldest first. */
  deliveries(): readonly Delivery[];
  /** Sends an event again with the same X-GitHub-Delivery. @throws {Error} for an unknown id */
  redeliver(id: number): Promise<Delivery>;
  /** Keeps events back until they are released, in order or reversed. */
  holdDeliveries(): void;
  releaseDeliveries(order?: 'in order' | 'reversed'): Promise<void>;
  /** Sends events elsewhere from now on, a ping first, as saving the app's webhook settings does. */
  configureWebhook(webhook: { readonly url: string; readonly secret: string }): void;
  /** When no delivery is under way. */
  settled(): Promise<void>;
  /** Ends all installation tokens at once. */
  revokeTokens(): void;
  close(): Promise<void>;
}

const HOUR_MS = 3_600_000;

/** Starts a GitHub on loopback over bare git repositories, with one App registered on it. */
export async function startLocalGitHub(options: LocalGitHubOptions): Promise<LocalGitHub> {
  const { dir, app, port = 0, tokenLifetime = HOUR_MS, limits = {} } = options;
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const links = linksOf(`http://${host}`);
  const { webhookUrl, webhookSecret, ...about } = app;
  const world = new World(dir, about);
  const deliverer = new Deliverer(world, host, { url: webhookUrl, secret: webhookSecret });
  const events = new Events(world, links, deliverer);
  const site: Site = { world, links, events, deliverer, limits: new Limits(limits) };
  const tokens = new Tokens(world, tokenLifetime);
  server.on('request', createHandler(allRoutes(tokens), tokens, site));

  return {
    url: links.origin,
    apiUrl: links.api(''),
    host,
    createRepository: async (owner, name, files, { private: isPrivate = false } = {}) => {
      const account = world.account(owner, 'Organization');
      const repository = await world.addRepository(account, name, { isPrivate });
      const local = new LocalRepository(repository, site);
      await local.pushTo(repository.defaultBranch, files, { message: 'First commit' });
      const known = world.installationOf(repository);
      events.installed(known ?? world.install(account), repository, known === undefined);
      return local;
    },
    deliveries: () => deliverer.log,
    redeliver: async (id) => {
      const delivery = deliverer.find(id);
      if (!delivery) throw new Error(`There is no delivery ${id}`);
      return await deliverer.redeliver(delivery);
    },
    holdDeliveries: () => deliverer.hold(),
    releaseDeliveries: (order) => deliverer.release(order),
    configureWebhook: (webhook) => {
      deliverer.redirect(webhook);
      events.ping();
    },
    settled: () => deliverer.settled(),
    revokeTokens: () => tokens.revoke(),
    close: async () => {
      await deliverer.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await Promise.all([...world.repositories.values()].map(({ git }) => git.close()));
    },
  };
}
