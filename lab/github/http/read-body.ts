import type { IncomingMessage } from 'node:http';
import { HttpError } from './http-error.ts';

const MOST_BYTES = 10 * 1024 * 1024;

/** @throws {HttpError} 400 for what is no JSON, 413 for more than 10 MiB */
export async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > MOST_BYTES)
      throw new HttpError(413, 'Payload too large', { headers: { connection: 'close' } });
    chunks.push(chunk);
  }
  if (size === 0) return undefined;
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw new HttpError(400, 'Problems parsing JSON');
  }
}
