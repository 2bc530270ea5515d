import { createReadStream, existsSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { join, normalize } from 'node:path';
import { createInterface } from 'node:readline';

// A web server with a TUF repository below /tuf/ and the event stream of new bundles: `serve-bundles-main.ts FOLDER`.
// Each line on standard input is an event. Says `ready` when it listens.
const folder = process.argv[2] ?? '.';
const listeners = new Set<ServerResponse>();

const server = createServer((request, response) => {
  const path = normalize(new URL(request.url ?? '/', 'http://localhost').pathname);
  if (path === '/events') {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': open\n\n');
    listeners.add(response);
    response.on('close', () => listeners.delete(response));
    return;
  }
  const file = path.startsWith('/tuf/') ? join(folder, path.slice('/tuf/'.length)) : '';
  if (!existsSync(file)) {
    response.writeHead(request.method === 'POST' ? 204 : 404).end();
    return;
  }
  createReadStream(file).pipe(response);
});
server.listen(8080, '127.0.0.1', () => console.log('ready'));

const lines = createInterface({ input: process.stdin });
lines.on('line', (data) => {
  for (const listener of listeners) listener.write(`event: bundle\ndata: ${data}\n\n`);
});
lines.on('close', () => process.exit());
