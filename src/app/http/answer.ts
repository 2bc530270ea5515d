import type { ServerResponse } from 'node:http';
import { harmlessText } from '../../policy/index.ts';

/** A document, as JSON. */
export function answerJson(response: ServerResponse, status: number, value: unknown): void {
  const body = `${JSON.stringify(value, null, 2)}\n`;
  response
    .writeHead(status, {
      'content-type': 'application/json; charset=utf-8',
      'content-length': Buffer.byteLength(body),
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    })
    .end(body);
}

/** A refusal that says why. */
export function refuse(response: ServerResponse, status: number, message: string): void {
  // The rest of a body that is not read would be taken for the next request.
  if (!response.req.complete) response.setHeader('connection', 'close');
  answerJson(response, status, { error: harmlessText(message) });
}
