import { createHash } from 'node:crypto';
import type { Fetcher } from 'tuf-js';
import { DownloadHTTPError } from 'tuf-js/dist/error.js';
import { BundleError } from '../bundle-error.ts';
import type { ClientLimits } from './limits.ts';

/** Fetches over HTTP into memory; bytes, time and redirects are bounded, whatever the server does. */
export class CappedFetcher implements Fetcher {
  readonly #limits: ClientLimits;
  readonly #all: AbortSignal;

  /** The time of {@link ClientLimits.refreshMs} starts now. */
  constructor(limits: ClientLimits) {
    this.#limits = limits;
    this.#all = AbortSignal.timeout(limits.refreshMs);
  }

  /**
   * @param held what was there before: a server that names content by its SHA-256 need not send it again. No tag of the
   * server's own is kept: it could name other bytes than those that it came with.
   * @throws {BundleError} `unreachable`, `too-large`, `too-slow`; {DownloadHTTPError} for 403 and 404
   */
  async downloadBytes(url: string, maxBytes: number, held?: Buffer): Promise<Buffer> {
    const signal = AbortSignal.any([this.#all, AbortSignal.timeout(this.#limits.fileMs)]);
    try {
      const response = await fetch(url, {
        signal,
        // Whoever answers decides what is fetched next; a redirect would let it point anywhere inside the network.
        redirect: 'error',
        headers: {
          'accept-encoding': 'identity',
          ...(held ? { 'if-none-match': `"${sha256(held)}"` } : {}),
        },
      });
      if (held && response.status === 304) return held;
      return await readBody(response, url, maxBytes);
    } catch (error) {
      if (error instanceof BundleError || error instanceof DownloadHTTPError) throw error;
      if (signal.aborted)
        throw new BundleError('too-slow', `${url} did not arrive in time.`, error);
      throw new BundleError('unreachable', `${url} cannot be fetched: ${whyNot(error)}`, error);
    }
  }

  /** Not used: nothing that is fetched touches the disk before it is verified. */
  downloadFile(): Promise<never> {
    throw new Error('bundles are fetched into memory');
  }
}

async function readBody(response: Response, url: string, maxBytes: number): Promise<Buffer> {
  if (!response.ok || !response.body) {
    await response.body?.cancel();
    const { status } = response;
    if (status === 403 || status === 404) throw new DownloadHTTPError(`${url}: ${status}`, status);
    throw new BundleError('unreachable', `${url}: the server answers with status ${status}.`);
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop early cancels the body, and with it the connection.
  for await (const chunk of response.body) {
    size += chunk.length;
    if (size > maxBytes) throw new BundleError('too-large', `${url} exceeds ${maxBytes} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function whyNot(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message : String(cause);
}
