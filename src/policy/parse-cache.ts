import { createHash } from 'node:crypto';
import type { PolicyFile } from './decode.ts';
import { type ParsedFile, parseFile } from './parse-file.ts';

/**
 * Files that have been parsed, by path and content, so that reading a folder again costs what has changed. Keeps what
 * was used last, up to a bound on the size of the files; what was parsed of them takes about ten times as much memory.
 */
export class ParseCache {
  readonly #maxBytes: number;
  /** In the order of their last use. */
  readonly #entries = new Map<string, { readonly parsed: ParsedFile; readonly bytes: number }>();
  #bytes = 0;

  constructor({ maxBytes = 32 * 1024 * 1024 }: { readonly maxBytes?: number } = {}) {
    this.#maxBytes = maxBytes;
  }

  /** Bytes of the files that are kept. */
  get bytes(): number {
    return this.#bytes;
  }

  /** {@link parseFile}, from memory if the same file has been parsed before. */
  parse(file: PolicyFile): ParsedFile {
    const key = keyOf(file);
    const known = this.#entries.get(key);
    if (known) {
      this.#entries.delete(key);
      this.#entries.set(key, known);
      return known.parsed;
    }
    const parsed = parseFile(file);
    this.#keep(key, parsed, file.text.length);
    return parsed;
  }

  #keep(key: string, parsed: ParsedFile, bytes: number): void {
    this.#entries.set(key, { parsed, bytes });
    this.#bytes += bytes;
    for (const [oldest, entry] of this.#entries) {
      if (this.#bytes <= this.#maxBytes) return;
      this.#entries.delete(oldest);
      this.#bytes -= entry.bytes;
    }
  }
}

/** Positions name the path, so it is part of the key. Text is hashed as UTF-16, which no two texts share. */
function keyOf({ path, text }: PolicyFile): string {
  const hash = createHash('sha256');
  if (typeof text === 'string') hash.update('text\0').update(text, 'utf16le');
  else hash.update('bytes\0').update(text);
  return `${hash.digest('base64')} ${path}`;
}
