import type { IncomingMessage } from 'node:http';

/**
 * Reads the body of a request.
 * @param most bytes
 * @returns Undefined if there is more; the rest is not read.
 * @throws {Error} if the sender goes away.
 */
export async function readBody(
  request: IncomingMessage,
  most: number,
): Promise<Buffer | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > most) return undefined;
  const chunks: Buffer[] = [];
  let total = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    total += chunk.length;
    if (total > most) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
