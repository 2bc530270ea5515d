import { createHash } from 'node:crypto';
import { Metadata, MetaFile, type Root, Snapshot, type Targets, Timestamp } from '@tufjs/models';
import { writeInOrder } from '../durable-file.ts';
import type { SigningKey } from '../keys/index.ts';
import { expiryAfter, type Lifetimes } from './lifetimes.ts';
import { signWith } from './signing.ts';
import { type Committed, latestVersions, type Tree } from './tree.ts';

type MetaFiles = Record<string, MetaFile>;

export const specVersion = '1.0.31';

/** The next state of a repository. Gateways see all of it or nothing: the timestamp is replaced when all else lies there. */
export class Draft {
  readonly #tree: Tree;
  readonly #before: Committed | undefined;
  readonly #latest: ReadonlyMap<string, number>;
  readonly #files = new Map<string, Uint8Array>();
  readonly #meta: MetaFiles;
  #root: [string, Uint8Array] | undefined;

  private constructor(tree: Tree, before: Committed | undefined, names: readonly string[]) {
    this.#tree = tree;
    this.#before = before;
    this.#latest = latestVersions(names);
    this.#meta = { ...before?.snapshot.signed.meta };
  }

  /** @param before what the draft changes; undefined for a new repository */
  static async start(tree: Tree, before?: Committed): Promise<Draft> {
    return new Draft(tree, before, await tree.names());
  }

  /** Never one that a publisher who died on the way may have given out. */
  nextVersion(role: string): number {
    return (this.#latest.get(role) ?? 0) + 1;
  }

  /** @returns where the file will lie */
  addTarget(path: string, bytes: Uint8Array, digest: string): string {
    const file = this.#tree.targetFile(path, digest);
    this.#files.set(file, bytes);
    return file;
  }

  /** Signed metadata of `targets` or of a bin. */
  addTargets(role: string, metadata: Metadata<Targets>): void {
    this.#meta[`${role}.json`] = this.#add(role, metadata);
  }

  addRoot(metadata: Metadata<Root>): void {
    const bytes = encode(metadata);
    const { version } = metadata.signed;
    this.#root = [this.#tree.metadataFile(`${version}.root.json`), bytes];
  }

  /**
   * Signs snapshot and timestamp. Files appear in this order: targets, snapshot, timestamp, and a new root last, so
   * that gateways can check everything by the root that they have and by the one that they get.
   * @returns what writes it to the disk
   */
  commit(
    keys: { readonly snapshot: readonly SigningKey[]; readonly timestamp: readonly SigningKey[] },
    lifetimes: Lifetimes,
  ): { readonly timestampVersion: number; readonly write: () => Promise<void> } {
    const snapshot = new Snapshot({
      specVersion,
      version: this.nextVersion('snapshot'),
      expires: expiryAfter(lifetimes.snapshot),
      meta: this.#meta,
    });
    const snapshotMeta = this.#add('snapshot', signWith(new Metadata(snapshot), keys.snapshot));
    const timestamp = new Timestamp({
      specVersion,
      version: (this.#before?.timestamp.signed.version ?? 0) + 1,
      expires: expiryAfter(lifetimes.timestamp),
      snapshotMeta,
    });
    const signed = signWith(new Metadata(timestamp), keys.timestamp);
    this.#files.set(this.#tree.metadataFile('timestamp.json'), encode(signed));
    if (this.#root) this.#files.set(...this.#root);
    return { timestampVersion: timestamp.version, write: () => writeInOrder(this.#files) };
  }

  #add(role: string, metadata: Metadata<Targets> | Metadata<Snapshot>): MetaFile {
    const { version } = metadata.signed;
    const bytes = encode(metadata);
    this.#files.set(this.#tree.metadataFile(`${version}.${role}.json`), bytes);
    return new MetaFile({ version, length: bytes.length, hashes: { sha256: sha256(bytes) } });
  }
}

function encode(metadata: { toJSON(): unknown }): Buffer {
  return Buffer.from(JSON.stringify(metadata.toJSON()));
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
