import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { receiver, webhookMiddleware } from './bot/index.ts';
import { CatchUp } from './catch-up.ts';
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
import { Renewal } from './publish/index.ts';
import { openState, type State } from './state/index.ts';
import { WorkQueues } from './work-queues.ts';

// Resolved by the package's own name: the file lies at another distance from `src` than from `dist`.
const { version } = createRequire(import.meta.url)('sallyport/package.json');

const MINUTE_MS = 60_000;
/** A write to GitHub that is throttled or tried again may take longer than anybody waits for the end of a process. */
const STOP_PATIENCE_MS = 4000;

/** `sallyport serve`: the GitHub App, the bundles and their event stream, and what gateways report, in one process. */
export class Server {
  /** Under which it listens. */
  readonly url: string;
  readonly #parts: Parts;
  #stopped: Promise<void> | undefined;

  private constructor(url: string, parts: Parts) {
    this.url = url;
    this.#parts = parts;
  }

  /** @throws {Error} if there is no bundle repository, the state cannot be opened, or the address is taken. */
  static async start(configuration: Configuration, log: Logger): Promise<Server> {
    const renewal = new Renewal(configuration.bundles, log);
    await renewal.start();
    let state: State | undefined;
    try {
      state = openState(configuration.state);
      const parts = { ...(await assemble(configuration, state, log)), renewal };
      const url = await parts.web.listen(configuration.listen);
      log.info({ event: 'listening', url, version }, `listening on ${url}`);
      parts.catchUp.start(configuration.limits.catchUpMinutes * MINUTE_MS);
      return new Server(url, parts);
    } catch (error) {
      renewal.stop();
      state?.close();
      throw error;
    }
  }

  /** Answers what is at work, breaks off reviews (the next start takes them up), and closes everything. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    const { web, catchUp, renewal, events, queues, state, log } = this.#parts;
    events.close();
    catchUp.stop();
    renewal.stop();
    const patience = sleep(STOP_PATIENCE_MS, undefined, { ref: false });
    await Promise.race([Promise.all([web.close(), queues.stop()]), patience]);
    state.close();
    log.info({ event: 'stopped' }, 'stopped');
  }
}

interface Parts {
  readonly state: State;
  readonly events: EventStream;
  readonly queues: WorkQueues;
  readonly catchUp: CatchUp;
  readonly renewal: Renewal;
  readonly web: WebServer;
  readonly log: Logger;
}

async function assemble(
  configuration: Configuration,
  state: State,
  log: Logger,
): Promise<Omit<Parts, 'renewal'>> {
  const { github, limits, gateways, bundles } = configuration;
  const connections = new Connections(github, log);
  const events = new EventStream({
    listeners: limits.listeners,
    current: (group) => currentBundles(configuration, state, group),
  });
  const announce = events.tell.bind(events);
  const queues = new WorkQueues({ configuration, state, connections, log, announce });
  const { repositories } = configuration;
  const catchUp = new CatchUp({ repositories, connections, state, queues, log });
  const receive = receiver({
    repositories,
    state,
    log,
    enqueue: (work) => queues.add(work),
    installed: () => connections.forget(),
  });
  const startedAt = new Date().toISOString();
  const status = () => ({
    version,
    startedAt,
    groups: groupStatuses(configuration, state),
    listeners: events.size,
    queues: queues.sizes,
    /** Asked for and not done yet, in a queue or waiting for the next look around. */
    pending: state.work.pending().length,
    catchingUp: catchUp.isLooking,
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
  return { state, events, queues, catchUp, web, log };
}
