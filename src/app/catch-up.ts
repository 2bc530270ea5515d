import type { Logger } from 'pino';
import { reviewKey } from './bot/index.ts';
import type { RepositoryConfiguration } from './configuration/index.ts';
import type { Connections } from './github/index.ts';
import type { State, Work } from './state/index.ts';
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
  readonly #ended = new AbortController();
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

  /** What it is waiting for from GitHub then no longer matters. */
  stop(): void {
    clearInterval(this.#timer);
    this.#ended.abort();
  }

  #look(): void {
    const { log } = this.#options;
    this.#looking ??= lookAround(this.#options, this.#ended.signal)
      .catch((err) => log.error({ event: 'catch-up', err }, 'looks again later'))
      .finally(() => {
        this.#looking = undefined;
      });
  }
}

async function lookAround(options: CatchUpOptions, ended: AbortSignal): Promise<void> {
  const { repositories, state, queues, log, connections } = options;
  state.work.forgetDeliveriesBefore(new Date(Date.now() - DELIVERIES_KEPT_MS));
  for (const { name } of repositories) {
    try {
      const found = await lookAt(name, options);
      if (ended.aborted) return;
      for (const work of found) state.work.want(work);
    } catch (err) {
      if (ended.aborted) return;
      connections.forgetAfter(err);
      log.warn({ event: 'catch-up', repository: name, err }, 'looks again later');
    }
  }
  queues.addPending();
}

async function lookAt(repository: string, { connections, state }: CatchUpOptions): Promise<Work[]> {
  const { reader } = await connections.to(repository);
  const [branch, pulls] = [await reader.defaultBranch(), await reader.openPullRequests()];
  const unreviewed = pulls.filter(({ number, head }) => {
    const review = state.reviews.get({ repository, number });
    return !review?.finished || review.head !== head;
  });
  return [
    ...(branch ? [{ kind: 'publish' as const, key: repository }] : []),
    ...unreviewed.map(({ number }) => ({
      kind: 'review' as const,
      key: reviewKey(repository, number),
    })),
  ];
}
