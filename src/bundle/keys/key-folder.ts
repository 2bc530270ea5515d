import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeInOrder } from '../durable-file.ts';
import { fromPem, generateSigningKey, type SigningKey, toPem } from './signing-key.ts';

export type Custody = 'offline' | 'online';
export type KeyRole = 'root' | 'targets' | 'bundles' | 'snapshot' | 'timestamp';

export const custodyOf: Readonly<Record<KeyRole, Custody>> = {
  root: 'offline',
  targets: 'offline',
  bundles: 'online',
  snapshot: 'online',
  timestamp: 'online',
};

/** Passphrases of the private keys; none: the files are not encrypted, only readable by their owner. */
export interface Passphrases {
  readonly offline?: string;
  readonly online?: string;
}

/** The private keys at hand: `<folder>/offline/*.pem` and `<folder>/online/*.pem`. */
export class KeyFolder {
  readonly #dir: string;
  readonly #passphrases: Passphrases;

  constructor(dir: string, passphrases: Passphrases = {}) {
    this.#dir = dir;
    this.#passphrases = passphrases;
  }

  /** Makes keys for a role and writes them to the disk, readable by their owner only. */
  async create(role: KeyRole, count: number): Promise<SigningKey[]> {
    const custody = custodyOf[role];
    const keys = Array.from({ length: count }, generateSigningKey);
    const dir = join(this.#dir, custody);
    await mkdir(dir, { recursive: true, mode: 0o700 });
    const files = keys.map((key): [string, string] => [
      this.fileOf(role, key.publicKey.keyID),
      toPem(key, this.#passphrases[custody]),
    ]);
    await writeInOrder(new Map(files), 0o600);
    return keys;
  }

  fileOf(role: KeyRole, keyId: string): string {
    return join(this.#dir, custodyOf[role], `${role}.${keyId.slice(0, 12)}.pem`);
  }

  /** All keys of a custody that are at hand, whatever they are for. @throws {Error} for one that cannot be read */
  async load(custody: Custody): Promise<SigningKey[]> {
    const dir = join(this.#dir, custody);
    const names = await readdir(dir).catch(() => []);
    const files = names.filter((name) => name.endsWith('.pem') && !name.startsWith('.'));
    return Promise.all(files.map((name) => this.#read(join(dir, name), custody)));
  }

  /** Whether there are any keys. */
  async isEmpty(): Promise<boolean> {
    const names = await readdir(this.#dir, { recursive: true }).catch(() => []);
    return !names.some((name) => name.endsWith('.pem'));
  }

  async #read(path: string, custody: Custody): Promise<SigningKey> {
    try {
      return fromPem(await readFile(path, 'utf8'), this.#passphrases[custody]);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new Error(`cannot use the key ${path}: ${why}`, { cause: error });
    }
  }
}
