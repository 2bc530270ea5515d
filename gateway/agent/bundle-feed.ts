import { EventSource } from 'eventsource';

/** Tells of new bundles as a server publishes them (server-sent events, WHATWG HTML section 9.2). */
export class BundleFeed {
  readonly #source: EventSource;

  /** @param onNews called after each (re)connection too: something may have been missed meanwhile */
  constructor(url: string, group: string, onNews: () => void) {
    this.#source = new EventSource(new URL('events', url));
    this.#source.addEventListener('open', onNews);
    this.#source.addEventListener('bundle', ({ data }) => {
      if (isFor(group, data)) onNews();
    });
    // It connects again by itself; the poll is the floor meanwhile.
    this.#source.addEventListener('error', () => undefined);
  }

  close(): void {
    this.#source.close();
  }
}

/** What cannot be read counts as news: looking costs little, and the answer is verified. */
function isFor(group: string, data: unknown): boolean {
  try {
    const event = JSON.parse(String(data)) as { group?: unknown };
    return event.group === undefined || event.group === group;
  } catch {
    return true;
  }
}
