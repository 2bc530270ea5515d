import { createHash } from 'node:crypto';

/** Contents of blobs by their ids, the least recently used dropped first. What is in it can never be outdated. */
export class BlobCache {
  readonly #blobs = new Map<string, Uint8Array>();
  readonly #capacity: number;
  #bytes = 0;

  /** @param capacity in bytes */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** @throws {Error} if what is fetched is not what the id names: a mirror or proxy that changes content is found out. */
  async get(sha: string, fetch: (sha: string) => Promise<Uint8Array>): Promise<Uint8Array> {
    const known = this.#blobs.get(sha);
    if (known) {
      this.#blobs.delete(sha);
      this.#blobs.set(sha, known);
      return known;
    }
    const content = await fetch(sha);
    if (blobId(content, sha.length) !== sha) {
      throw new Error(`GitHub answered with other content than that of blob ${sha}`);
    }
    if (!this.#blobs.has(sha)) this.#add(sha, content);
    return content;
  }

  #add(sha: string, content: Uint8Array): void {
    this.#blobs.set(sha, content);
    this.#bytes += content.length;
    for (const [oldest, { length }] of this.#blobs) {
      if (this.#bytes <= this.#capacity) return;
      this.#blobs.delete(oldest);
      this.#bytes -= length;
    }
  }
}

/** Git's name for a blob: SHA-1 in 40 digits, or SHA-256 in 64. */
function blobId(content: Uint8Array, digits: number): string {
  return createHash(digits === 64 ? 'sha256' : 'sha1')
    .update(`blob ${content.length}\0`)
    .update(content)
    .digest('hex');
}
