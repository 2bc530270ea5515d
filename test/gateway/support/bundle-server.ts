import { createReadStream } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, normalize } from 'node:path';

/** A server as a gateway sees it: a TUF tree below `tuf/`, an event stream, and an ear for reports. */
export class BundleServer {
  readonly reports: { readonly path: string; readonly signature: string; readonly body: Buffer }[] =
    [];
  readonly #server: Server;
  readonly #listeners = new Set<ServerResponse>();
  #port = 0;

  constructor(repository: string) {
    this.#server = createServer((request, response) => {
      const path = new URL(request.url ?? '/', 'http://localhost').pathname;
      if (path === '/events') {
        response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': hello\n\n');
        this.#listeners.add(response);
        response.on('close', () => this.#listeners.delete(response));
      } else if (request.method === 'POST') {
        const chunks: Buffer[] = [];
        request.on('data', (chunk) => chunks.push(chunk));
        request.on('end', () => {
          const signature = String(request.headers['x-sallyport-signature']);
          this.reports.push({ path, signature, body: Buffer.concat(chunks) });
          response.writeHead(204).end();
        });
      } else {
        const file = createReadStream(join(repository, normalize(path.replace(/^\/tuf/, ''))));
        file.on('error', () => response.writeHead(404).end());
        file.on('open', () => response.writeHead(200));
        file.pipe(response);
      }
    });
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}/`;
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  /** @param port the same as before, to come back */
  async listen(port = 0): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve));
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  notify(group: string): void {
    for (const listener of this.#listeners) {
      listener.write(`event: bundle\ndata: ${JSON.stringify({ group })}\n\n`);
    }
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }
}
