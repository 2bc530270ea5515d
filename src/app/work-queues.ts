import type { Logger } from 'pino';
import { readReviewKey } from './bot/index.ts';
import type { Configuration, RepositoryConfiguration } from './configuration/index.ts';
import type { Connections } from './github/index.ts';
import { standingIn } from './group-status.ts';
import type { BundleEvent } from './http/index.ts';
import { BlobCache, TreeCache } from './policies/index.ts';
import { publishBranch, tellDeployments } from './publish/index.ts';
import { KeyedQueue } from './queue/index.ts';
import { reviewPullRequest } from './review/index.ts';
import type { Publication, State, Work, WorkKind } from './state/index.ts';

interface WorkQueuesOptions {
  readonly configuration: Configuration;
  readonly state: State;
  readonly connections: Connections;
  readonly log: Logger;
  /** There are new rules for a group. */
  readonly announce: (event: BundleEvent) => void;
}

const SECOND = 1000;
const retryAfter = [2 * SECOND, 10 * SECOND, 60 * SECOND, 5 * 60 * SECOND];
const CACHE_BYTES = 64 * 1024 * 1024;

/**
 * What the server does when it is asked to: reviews, publications, and telling GitHub of these. Each has a queue of its
 * own, so that publishing waits neither for reviews nor for writes to GitHub.
 */
export class WorkQueues {
  readonly #options: WorkQueuesOptions;
  readonly #cache = { blobs: new BlobCache(CACHE_BYTES), trees: new TreeCache() };
  readonly #queues: Readonly<Record<WorkKind, KeyedQueue>>;
  readonly #deployments: KeyedQueue;
  /** By repository: few, as only configured ones get here. */
  readonly #freshHeads = new Map<string, string>();

  constructor(options: WorkQueuesOptions) {
    this.#options = options;
    const queue = (work: string, concurrency: number, run: KeyedQueueRun) =>
      new KeyedQueue({
        run,
        concurrency,
        retryAfter,
        failed: (key, err, retryInMs) => {
          options.connections.forgetAfter(err);
          options.log.error({ event: work, key, err, retryInMs }, `${work} failed`);
        },
      });
    const { reviews } = options.configuration.limits;
    this.#queues = {
      review: queue('review', reviews, (key, signal) => this.#review(key, signal)),
      publish: queue('publish', 4, (key) => this.#publish(key)),
    };
    this.#deployments = queue('deployment', 2, (group) => this.#tellDeployments(group));
  }

  get sizes() {
    const { review, publish } = this.#queues;
    return {
      reviews: review.size,
      publications: publish.size,
      deployments: this.#deployments.size,
    };
  }

  /** Work that is on record in the work log. */
  add({ kind, key, freshHead }: Work): void {
    if (kind === 'publish' && freshHead !== undefined) this.#freshHeads.set(key, freshHead);
    this.#queues[kind].add(key);
  }

  /** All that the work log holds and no queue has, and whatever GitHub was not told. */
  addPending(): void {
    for (const { kind, key } of this.#options.state.work.pending()) {
      if (!this.#queues[kind].has(key)) this.#queues[kind].add(key);
    }
    for (const { groups } of this.#options.configuration.repositories) {
      for (const group of groups) this.tell(group);
    }
  }

  /** Something may have changed in what GitHub should show of a group. */
  tell(group: string): void {
    this.#deployments.add(group);
  }

  async stop(): Promise<void> {
    const all = [...Object.values(this.#queues), this.#deployments];
    await Promise.all(all.map((queue) => queue.stop()));
  }

  async #review(key: string, signal: AbortSignal): Promise<void> {
    const { state, connections, log } = this.#options;
    const ticket = state.work.ticket('review', key);
    if (!ticket) return;
    const { repository: name, number } = readReviewKey(key);
    const repository = this.#repository(name);
    if (repository) {
      const { reader, writer } = await connections.to(name);
      const { reviews } = state;
      const context = { reader, writer, reviews, cache: this.#cache, log };
      await reviewPullRequest(context, { repository, number }, ticket, signal);
    }
    state.work.done('review', key, ticket);
  }

  async #publish(name: string): Promise<void> {
    const { state, connections, configuration, log } = this.#options;
    const ticket = state.work.ticket('publish', name);
    if (!ticket) return;
    const repository = this.#repository(name);
    if (repository) {
      const { quickReader } = await connections.to(name);
      const { bundles } = configuration;
      const published = (publication: Publication) => this.#published(publication);
      const context = { bundles, state, cache: this.#cache, log, published };
      const heads = { stale: ticket.staleHead, fresh: this.#freshHeads.get(name) };
      this.#freshHeads.delete(name);
      await publishBranch(context, quickReader, repository, heads);
    }
    state.work.done('publish', name, ticket);
  }

  #published({ group, bundle }: Publication): void {
    if (bundle) this.#options.announce({ group, ...bundle });
    this.tell(group);
  }

  async #tellDeployments(group: string): Promise<void> {
    const { state, connections, configuration } = this.#options;
    await tellDeployments(
      state,
      group,
      async (repository) => (await connections.to(repository)).writer,
      ({ bundle }) =>
        bundle ? standingIn(group, bundle.digest, configuration.gateways, state) : undefined,
    );
  }

  /** Undefined for one that is no longer configured. */
  #repository(name: string): RepositoryConfiguration | undefined {
    return this.#options.configuration.repositories.find((one) => one.name === name);
  }
}

type KeyedQueueRun = ConstructorParameters<typeof KeyedQueue>[0]['run'];
