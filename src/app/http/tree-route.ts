import { createHash } from 'node:crypto';
import { createReadStream, type Stats } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { refuse } from './answer.ts';
import type { Exchange, Route } from './route.ts';

/**
 * `GET /tuf/…`: the TUF repository, as any static web server would show it. Only plain names below `metadata` and
 * `targets` are reachable: locks and drafts of the publisher are not.
 */
export function treeRoute(repository: string): Route {
  return {
    methods: ['GET', 'HEAD'],
    pattern: /^\/tuf\/((?:metadata|targets)(?:\/[A-Za-z0-9_-][A-Za-z0-9._-]*)+)$/,
    async answer(exchange, [name = '']) {
      const file = await openFile(path.join(repository, name));
      if (!file) return refuse(exchange.response, 404, 'no such file');
      try {
        await send(exchange, file.handle, file.stats, isImmutable(name));
      } finally {
        await file.handle.close();
      }
    },
  };
}

async function openFile(
  absolute: string,
): Promise<{ handle: FileHandle; stats: Stats } | undefined> {
  let handle: FileHandle;
  try {
    handle = await open(absolute, 'r');
  } catch {
    return undefined;
  }
  const stats = await handle.stat();
  if (stats.isFile()) return { handle, stats };
  await handle.close();
  return undefined;
}

/** With consistent snapshots, all but the timestamp carry their version or digest in their name. */
function isImmutable(name: string): boolean {
  return /\/(\d+\.|[0-9a-f]{64}\.)[^/]+$/.test(name);
}

/** Gateways that have the timestamp know its digest, and ask whether there is another. */
async function digestOf(handle: FileHandle): Promise<string> {
  const hash = createHash('sha256');
  const content = createReadStream('', { fd: handle, autoClose: false, start: 0 });
  for await (const chunk of content) hash.update(chunk);
  return hash.digest('hex');
}

async function send(
  { request, response }: Exchange,
  handle: FileHandle,
  { size }: Stats,
  immutable: boolean,
): Promise<void> {
  const tag = immutable ? `"${size.toString(36)}"` : `"${await digestOf(handle)}"`;
  response.setHeader('etag', tag);
  response.setHeader(
    'cache-control',
    immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
  );
  response.setHeader('x-content-type-options', 'nosniff');
  if (request.headers['if-none-match'] === tag) {
    response.writeHead(304).end();
    return;
  }
  response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': size });
  if (request.method === 'HEAD' || size === 0) {
    response.end();
    return;
  }
  const content = createReadStream('', { fd: handle, autoClose: false, start: 0, end: size - 1 });
  // A reader that goes away ends its download, and nothing else.
  await pipeline(content, response).catch(() => response.destroy());
}
