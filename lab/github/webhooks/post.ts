import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';

export interface Answer {
  readonly status: string;
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: string;
}

const DEADLINE_MS = 10_000;
const KEPT_CHARACTERS = 100_000;

/**
 * Sends a webhook as GitHub does: no redirect is followed, and whoever has not answered within ten seconds has
 * missed it. Failing is an answer too.
 */
export function post(
  url: string,
  headers: Readonly<Record<string, string>>,
  body: Buffer,
  signal: AbortSignal,
): Promise<Answer> {
  const request = url.startsWith('https:') ? requestHttps : requestHttp;
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_MS)]);
  return new Promise((resolve) => {
    const missed = (error: Error) =>
      resolve({
        ...(error.name === 'AbortError'
          ? { status: 'timed out', statusCode: 504 }
          : { status: 'failed to connect to host', statusCode: 502 }),
        headers: {},
        payload: '',
      });
    const sent = request(url, {
      method: 'POST',
      agent: false,
      signal: deadline,
      headers: { ...headers, 'content-length': body.length },
    });
    sent.on('error', missed);
    sent.on('response', (response) => {
      let payload = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        if (payload.length < KEPT_CHARACTERS) payload += chunk;
      });
      response.on('error', missed);
      response.on('end', () => {
        const statusCode = response.statusCode ?? 0;
        const taken = statusCode >= 200 && statusCode < 300;
        resolve({
          status: taken ? 'OK' : `Invalid HTTP Response: ${statusCode}`,
          statusCode,
          headers: Object.fromEntries(
            Object.entries(response.headers).map(([name, value]) => [name, String(value)]),
          ),
          payload,
        });
      });
    });
    sent.end(body);
  });
}
