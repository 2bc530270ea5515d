import { createServer, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** What happens to a request on its way; undefined: it goes through. */
export type Trouble = (
  method: string,
  path: string,
) => undefined | { status: number } | Promise<void>;

export interface TroubledProxy {
  /** In place of the server behind it. */
  url(real: string): Promise<string>;
  trouble: Trouble;
  /** Hears the headers of every request. */
  sent: (headers: IncomingHttpHeaders) => void;
}

/** A real proxy before a server, that delays or refuses what a test says. */
export function troubledProxy(): TroubledProxy {
  const proxy: TroubledProxy = {
    trouble: () => undefined,
    sent: () => undefined,
    url: (real) => start(real, proxy),
  };
  return proxy;
}

async function start(real: string, proxy: TroubledProxy): Promise<string> {
  const target = new URL(real);
  const server = createServer(async (request, response) => {
    const { method = 'GET', url = '/', headers } = request;
    proxy.sent(headers);
    const trouble = await proxy.trouble(method, url);
    if (trouble) {
      request.resume();
      response.writeHead(trouble.status, { 'content-type': 'application/json' }).end('{}');
      return;
    }
    const options = { host: target.hostname, port: target.port, method, path: url, headers };
    const onward = httpRequest(options, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    request.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}${target.pathname}`;
}
