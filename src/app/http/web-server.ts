import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import { refuse } from './answer.ts';
import type { Route } from './route.ts';

/** Seconds that a whole request may take to come in: slow senders do not hold connections. */
const REQUEST_TIMEOUT_MS = 30_000;
const HEADERS_TIMEOUT_MS = 10_000;
/** Nor do those who ask and never read. Event streams are exempt: they look after their listeners themselves. */
const IDLE_TIMEOUT_MS = 60_000;

/** The HTTP server: routes by path and method, and an answer for everything else. */
export class WebServer {
  readonly #server: Server;
  readonly #routes: readonly Route[];
  readonly #log: Logger;

  constructor(routes: readonly Route[], log: Logger, idleMs = IDLE_TIMEOUT_MS) {
    this.#routes = routes;
    this.#log = log;
    this.#server = createServer(
      { requestTimeout: REQUEST_TIMEOUT_MS, headersTimeout: HEADERS_TIMEOUT_MS },
      (request, response) => void this.#answer(request, response),
    );
    this.#server.timeout = idleMs;
  }

  /** @returns the URL under which it listens @throws {Error} if the address cannot be had. */
  async listen({ host, port }: { host: string; port: number }): Promise<string> {
    const { promise, resolve, reject: refused } = Promise.withResolvers<void>();
    this.#server.once('error', refused);
    this.#server.listen({ host, port }, resolve);
    await promise;
    // A connection that cannot be accepted, for want of descriptors or memory, must not end the process.
    this.#server.off('error', refused).on('error', (err) => this.#log.error({ err }, 'connection'));
    const { address, family, port: actual } = this.#server.address() as AddressInfo;
    return `http://${family === 'IPv6' ? `[${address}]` : address}:${actual}`;
  }

  /** Takes no new requests, and waits for those at work. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeIdleConnections();
    const patience = setTimeout(() => this.#server.closeAllConnections(), 5000);
    await closed;
    clearTimeout(patience);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      await this.#route(request, response);
    } catch (error) {
      if (request.destroyed || response.destroyed) return;
      this.#log.error({ err: error, method: request.method, path: request.url }, 'request failed');
      if (response.headersSent) response.destroy();
      else refuse(response, 500, 'the server has logged what went wrong');
    }
  }

  async #route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [path = '', search = ''] = (request.url ?? '').split('?', 2);
    for (const { methods, pattern, answer } of this.#routes) {
      const match = pattern.exec(path);
      if (!match) continue;
      if (!methods.includes(request.method ?? '')) {
        response.setHeader('allow', methods.join(', '));
        return refuse(response, 405, `use ${methods.join(' or ')}`);
      }
      const query = new URLSearchParams(search);
      return await answer({ request, response, path, query }, match.slice(1));
    }
    refuse(response, 404, 'nothing is here');
  }
}
