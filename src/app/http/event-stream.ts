import type { ServerResponse } from 'node:http';
import { refuse } from './answer.ts';
import type { Route } from './route.ts';

/** New rules are there for the gateways of a group. It is a hint: what counts is what they can verify. */
export interface BundleEvent {
  readonly group: string;
  readonly seq: number;
  readonly digest: string;
  readonly timestampVersion: number;
}

interface EventStreamOptions {
  /** More listeners are refused. */
  readonly listeners: number;
  /** What a new listener is told at once, so that one that was away misses nothing. */
  readonly current: (group: string | null) => readonly BundleEvent[];
}

/** Often enough for proxies not to think the connection dead. */
const HEARTBEAT_MS = 15_000;
/** A listener that lets this much pile up has stopped reading. */
const MOST_UNREAD_BYTES = 64 * 1024;

/** `GET /events[?group=…]`: server-sent events (HTML Living Standard, 9.2). */
export class EventStream {
  readonly #options: EventStreamOptions;
  readonly #listeners = new Map<ServerResponse, string | null>();
  readonly #heartbeat: NodeJS.Timeout;

  constructor(options: EventStreamOptions) {
    this.#options = options;
    this.#heartbeat = setInterval(() => this.#beat(), HEARTBEAT_MS);
    this.#heartbeat.unref();
  }

  get size(): number {
    return this.#listeners.size;
  }

  readonly route: Route = {
    methods: ['GET'],
    pattern: /^\/events$/,
    answer: ({ request, response, query }) => {
      if (this.#listeners.size >= this.#options.listeners) {
        return refuse(response, 503, 'too many listeners; poll the timestamp instead');
      }
      const group = query.get('group');
      request.socket.setTimeout(0);
      request.socket.setNoDelay(true);
      response.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        // nginx would hold events back.
        'x-accel-buffering': 'no',
      });
      response.write('retry: 2000\n\n');
      this.#listeners.set(response, group);
      response.on('close', () => this.#listeners.delete(response));
      for (const event of this.#options.current(group)) this.#send(response, messageOf(event));
    },
  };

  tell(event: BundleEvent): void {
    const message = messageOf(event);
    for (const [response, group] of this.#listeners) {
      if (group === null || group === event.group) this.#send(response, message);
    }
  }

  close(): void {
    clearInterval(this.#heartbeat);
    for (const response of this.#listeners.keys()) response.end();
  }

  #beat(): void {
    for (const response of this.#listeners.keys()) this.#send(response, ': here\n\n');
  }

  #send(response: ServerResponse, message: string): void {
    if (response.writableLength > MOST_UNREAD_BYTES) response.destroy();
    else response.write(message);
  }
}

function messageOf(event: BundleEvent): string {
  return `event: bundle\nid: ${event.group}:${event.seq}\ndata: ${JSON.stringify(event)}\n\n`;
}
