import type { Logger } from 'pino';
import type { RepositoryConfiguration } from '../configuration/index.ts';
import type { State, Work } from '../state/index.ts';
import { type Delivery, wantedBy } from './wanted-by.ts';

interface ReceiverOptions {
  readonly repositories: readonly RepositoryConfiguration[];
  readonly state: State;
  readonly log: Logger;
  readonly enqueue: (work: Work) => void;
  /** The App was installed somewhere, or removed. */
  readonly installed: () => void;
}

/**
 * Takes note of verified deliveries. Whatever one asks for is on record when this returns, and begins after GitHub has
 * its answer. A delivery that was here before changes nothing.
 */
export function receiver({ repositories, state, log, enqueue, installed }: ReceiverOptions) {
  const names = new Map(repositories.map(({ name }) => [name.toLowerCase(), name] as const));
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
    if (event.startsWith('installation')) installed();
    setImmediate(() => {
      for (const one of work) enqueue(one);
    });
  };
}
