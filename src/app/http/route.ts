import type { IncomingMessage, ServerResponse } from 'node:http';

export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Path of the URL, as sent: nothing is decoded, and the routes need nothing decoded. */
  readonly path: string;
  readonly query: URLSearchParams;
}

export interface Route {
  readonly methods: readonly string[];
  /** Against the whole path. */
  readonly pattern: RegExp;
  readonly answer: (exchange: Exchange, captures: readonly string[]) => void | Promise<void>;
}
