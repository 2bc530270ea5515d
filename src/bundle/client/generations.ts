import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { syncFolder, writeSynced } from '../durable-file.ts';
import { decodeChecked, encodeChecked } from './checked-file.ts';
import type { Floors } from './floors.ts';

/** The newest and, should it be damaged, the one before. */
const KEPT = 2;

/** What was in force, in files that belong together. */
export interface Generation {
  readonly group: string;
  readonly custom: unknown;
  readonly floors: Floors;
  /** Without roots. */
  readonly metadata: ReadonlyMap<string, Buffer>;
  readonly packed: Buffer;
}

interface Manifest {
  readonly group: string;
  readonly custom: unknown;
  readonly floors: Floors;
  readonly files: Readonly<Record<string, string>>;
}

/** Folders `<number>/`, each whole or not there: it gets its name after everything in it is on the disk. */
export class Generations {
  readonly #dir: string;
  #last = 0;

  constructor(dir: string) {
    this.#dir = dir;
  }

  /** All that are whole, newest first. One that is damaged is told. */
  async read(damaged: (path: string) => void): Promise<Generation[]> {
    const generations: Generation[] = [];
    for (const number of await this.#numbers()) {
      const path = join(this.#dir, String(number));
      const generation = await readGeneration(path);
      if (generation) generations.push(generation);
      else damaged(path);
    }
    return generations;
  }

  async write({ metadata, packed, ...facts }: Generation): Promise<void> {
    const number = Math.max(this.#last, ...(await this.#numbers())) + 1;
    const draft = join(this.#dir, `.${number}.tmp`);
    const contents = new Map([...metadata, ['rules.json.zst', packed] as const]);
    const digests = [...contents].map(([name, bytes]) => [name, sha256(bytes)]);
    const manifest: Manifest = { ...facts, files: Object.fromEntries(digests) };
    await rm(draft, { recursive: true, force: true });
    await mkdir(draft, { recursive: true, mode: 0o700 });
    try {
      for (const [name, bytes] of contents) await writeSynced(join(draft, name), bytes, 0o600);
      await writeSynced(join(draft, 'manifest'), encodeChecked(manifest), 0o600);
      await syncFolder(draft);
      await rename(draft, join(this.#dir, String(number)));
      await syncFolder(this.#dir);
    } catch (error) {
      await rm(draft, { recursive: true, force: true });
      throw error;
    }
    this.#last = number;
    await this.#removeOld();
  }

  async #removeOld(): Promise<void> {
    const old = (await this.#numbers()).slice(KEPT);
    for (const number of old) {
      await rm(join(this.#dir, String(number)), { recursive: true, force: true });
    }
  }

  /** Newest first. */
  async #numbers(): Promise<number[]> {
    const names = await readdir(this.#dir).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    });
    const numbers = names.filter((name) => /^\d{1,15}$/.test(name)).map(Number);
    return numbers.toSorted((a, b) => b - a);
  }
}

async function readGeneration(path: string): Promise<Generation | undefined> {
  try {
    const manifest = decodeChecked(await readFile(join(path, 'manifest'), 'utf8'));
    if (!manifest) return undefined;
    const { files, ...facts } = manifest as Manifest;
    const contents = new Map<string, Buffer>();
    for (const [name, digest] of Object.entries(files)) {
      const bytes = await readFile(join(path, name));
      if (sha256(bytes) !== digest) return undefined;
      contents.set(name, bytes);
    }
    const packed = contents.get('rules.json.zst');
    contents.delete('rules.json.zst');
    return packed && { ...facts, packed, metadata: contents };
  } catch {
    return undefined;
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
