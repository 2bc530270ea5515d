import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { type Delivery, wantedBy, webhookMiddleware } from './bot/index.ts';
import { catchUp } from './catch-up.ts';
import type { Configuration } from './configuration/index.ts';
import { Connections } from './github/index.ts';
import { currentBundles, groupStatuses } from './group-status.ts';
import {
  EventStream,
  reportRoute,
  statusRoute,
  treeRoute,
  WebServer,
  webhookRoute,
} from './http/index.ts';
import { openState, type State } from './state/index.ts';
import { WorkQueues } from './work-queues.ts';

// Resolved by the package's own name: the file lies at another distance from `src` than from `dist`.
const { version } = createRequire(import.meta.url)('sallyport/package.json');

const MINUTE_MS = 60_000;
/** A write to GitHub that is throttled or tried again may take longer than anybody waits for the end of a process. */
const STOP_PATIENCE_MS = 10_000;

/** `sallyport serve`: the GitHub App, the bundles and their event stream, and what gateways report, in one process. */
export class Server {
  /** Under which it listens. */
  readonly url: string;
  readonly #parts: Parts;
  readonly #catchUp: NodeJS.Timeout;

  private constructor(url: string, parts: Parts) {
    this.url = url;
    this.#parts = parts;
    const { configuration } = parts;
    const every = configuration.limits.catchUpMinutes * MINUTE_MS;
    this.#catchUp = setInterval(() => void this.#lookAround(), every);
    void this.#lookAround();
  }

  /** @throws {Error} if the state cannot be opened, or the address is taken. */
  static async start(configuration: Configuration, log: Logger): Promise<Server> {
    const state = openState(configuration.state);
    try {
      const parts = await assemble(configuration, state, log);
      const url = await parts.web.listen(configuration.listen);
      log.info({ event: 'listening', url, version }, `listening on ${url}`);
      return new Server(url, parts);
    } catch (error) {
      state.close();
      throw error;
    }
  }

  /** Answers what is at work, breaks off reviews (the next start takes them up), and closes everything. */
  async stop(): Promise<void> {
    clearInterval(this.#catchUp);
    const { web, events, queues, state, log } = this.#parts;
    events.close();
    const patience = sleep(STOP_PATIENCE_MS, undefined, { ref: false });
    await Promise.race([Promise.all([web.close(), queues.stop()]), patience]);
    state.close();
    log.info({ event: 'stopped' }, 'stopped');
  }

  async #lookAround(): Promise<void> {
    const { configuration, ...parts } = this.#parts;
    await catchUp({ ...parts, repositories: configuration.repositories });
  }
}

interface Parts {
  readonly configuration: Configuration;
  readonly state: State;
  readonly connections: Connections;
  readonly events: EventStream;
  readonly queues: WorkQueues;
  readonly web: WebServer;
  readonly log: Logger;
}

async function assemble(configuration: Configuration, state: State, log: Logger): Promise<Parts> {
  const { github, limits, gateways, bundles } = configuration;
  const connections = new Connections(github, log);
  const events = new EventStream({
    listeners: limits.listeners,
    current: (group) => currentBundles(configuration, state, group),
  });
  const announce = events.tell.bind(events);
  const queues = new WorkQueues({ configuration, state, connections, log, announce });
  const receive = receiver({ configuration, state, connections, queues, log });
  const startedAt = new Date().toISOString();
  const status = () => ({
    version,
    startedAt,
    groups: groupStatuses(configuration, state),
    listeners: events.size,
    queues: queues.sizes,
  });
  const web = new WebServer(
    [
      webhookRoute(github.webhookPath, limits, await webhookMiddleware(github, log, receive)),
      treeRoute(bundles.repository),
      events.route,
      reportRoute({ gateways, state, reported: (group) => queues.tell(group) }),
      statusRoute(status),
    ],
    log,
  );
  return { configuration, state, connections, events, queues, web, log };
}

/** Takes note of deliveries; the work itself begins after GitHub has its answer. */
function receiver({
  configuration,
  state,
  connections,
  queues,
  log,
}: Omit<Parts, 'events' | 'web'>) {
  const names = new Map(
    configuration.repositories.map(({ name }) => [name.toLowerCase(), name] as const),
  );
  return (delivery: Delivery): void => {
    const { id, event } = delivery;
    const work = wantedBy(
      delivery,
      (name) => names.get(name.toLowerCase()),
      (repository, head) => state.reviews.ofHead(repository, head),
    );
    if (!state.work.accept({ id, event }, work)) {
      log.info({ event: 'delivery', id, name: event }, 'was here before');
      return;
    }
    log.info({ event: 'delivery', id, name: event, work: work.map(({ key }) => key) }, 'received');
    if (event.startsWith('installation')) connections.forget();
    setImmediate(() => {
      for (const one of work) queues.add(one);
    });
  };
}
