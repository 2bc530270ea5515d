import type { Logger } from 'pino';
import { reviewKey } from './bot/index.ts';
import type { RepositoryConfiguration } from './configuration/index.ts';
import type { Connections } from './github/index.ts';
import type { State } from './state/index.ts';
import type { WorkQueues } from './work-queues.ts';

interface CatchUpOptions {
  readonly repositories: readonly RepositoryConfiguration[];
  readonly connections: Connections;
  readonly state: State;
  readonly queues: WorkQueues;
  readonly log: Logger;
}

const DAY_MS = 24 * 60 * 60 * 1000;
/** GitHub sends a delivery again for three days at most. */
const DELIVERIES_KEPT_MS = 30 * DAY_MS;

/**
 * Finds what no webhook told: the server was away, or GitHub could not reach it. Looks at each default branch and at the
 * heads of open pull requests, and takes up what was left undone.
 */
export class CatchUp {
  readonly #options: CatchUpOptions;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;

  constructor(options: CatchUpOptions) {
    this.#options = options;
  }

  get isLooking(): boolean {
    return this.#looking !== undefined;
  }

  /** Looks now, and from time to time. */
  start(everyMs: number): void {
    this.#timer = setInterval(() => this.#look(), everyMs);
    this.#look();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#looking;
  }

  #look(): void {
    this.#looking ??= lookAround(this.#options).finally(() => {
      this.#looking = undefined;
    });
  }
}

async function lookAround(options: CatchUpOptions): Promise<void> {
  const { repositories, state, queues, log, connections } = options;
  state.work.forgetDeliveriesBefore(new Date(Date.now() - DELIVERIES_KEPT_MS));
  for (const { name } of repositories) {
    try {
      await lookAt(name, options);
    } catch (err) {
      connections.forget();
      log.warn({ event: 'catch-up', repository: name, err }, 'looks again later');
    }
  }
  queues.addPending();
}

async function lookAt(repository: string, { connections, state }: CatchUpOptions): Promise<void> {
  const { reader } = await connections.to(repository);
  const branch = await reader.defaultBranch();
  if (branch) state.work.want({ kind: 'publish', key: repository });
  for (const { number, head } of await reader.openPullRequests()) {
    const review = state.reviews.get({ repository, number });
    if (review?.finished && review.head === head) continue;
    state.work.want({ kind: 'review', key: reviewKey(repository, number) });
  }
}
