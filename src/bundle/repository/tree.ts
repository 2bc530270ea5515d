import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  Metadata,
  MetadataKind,
  type MetaFile,
  type Root,
  type Snapshot,
  type Targets,
  type Timestamp,
} from '@tufjs/models';

/** The metadata that gateways see: what the timestamp leads to. Its signatures are not checked here. */
export interface Committed {
  readonly root: Metadata<Root>;
  readonly timestamp: Metadata<Timestamp>;
  readonly snapshot: Metadata<Snapshot>;
  readonly targets: Metadata<Targets>;
}

/** The files of a TUF repository with consistent snapshots (TUF 6.2), as a static web server shows them. */
export class Tree {
  readonly dir: string;

  constructor(dir: string) {
    this.dir = dir;
  }

  metadataFile(name: string): string {
    return join(this.dir, 'metadata', name);
  }

  /** Target files carry their digest in front of their name. */
  targetFile(path: string, sha256: string): string {
    const parts = path.split('/');
    const base = parts.pop();
    return join(this.dir, 'targets', ...parts, `${sha256}.${base}`);
  }

  async names(): Promise<string[]> {
    return readdir(join(this.dir, 'metadata')).catch(() => []);
  }

  /** @throws {Error} if there is no repository */
  async checkExists(): Promise<void> {
    if (latestVersions(await this.names()).has('root')) return;
    throw new Error(`there is no repository in ${this.dir}; make one with \`sallyport keys init\``);
  }

  /** @throws {Error} if the repository is not whole. */
  async read(): Promise<Committed> {
    const rootVersion = latestVersions(await this.names()).get('root');
    const root = Metadata.fromJSON(MetadataKind.Root, await this.#json(`${rootVersion}.root`));
    const timestamp = Metadata.fromJSON(MetadataKind.Timestamp, await this.#json('timestamp'));
    const meta = timestamp.signed.snapshotMeta;
    const data = await this.#json(`${meta.version}.snapshot`, meta);
    const snapshot = Metadata.fromJSON(MetadataKind.Snapshot, data);
    return { root, timestamp, snapshot, targets: await this.readTargets(snapshot, 'targets') };
  }

  /** Metadata of `targets` or of a bin, as the snapshot names it. */
  async readTargets(snapshot: Metadata<Snapshot>, role: string): Promise<Metadata<Targets>> {
    const meta = snapshot.signed.meta[`${role}.json`];
    if (!meta) throw new Error(`the snapshot in ${this.dir} names no ${role}.json`);
    return Metadata.fromJSON(
      MetadataKind.Targets,
      await this.#json(`${meta.version}.${role}`, meta),
    );
  }

  async #json(name: string, meta?: MetaFile) {
    const path = this.metadataFile(`${name}.json`);
    try {
      const bytes = await readFile(path);
      meta?.verify(bytes);
      return JSON.parse(bytes.toString());
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new Error(`cannot read ${path}: ${why}; restore the repository from a copy`, {
        cause: error,
      });
    }
  }
}

/** The highest version of each role among files named `<version>.<role>.json`. */
export function latestVersions(names: readonly string[]): Map<string, number> {
  const latest = new Map<string, number>();
  for (const name of names) {
    const [, version, role] = /^(\d+)\.([a-z0-9-]+)\.json$/.exec(name) ?? [];
    if (role !== undefined) latest.set(role, Math.max(latest.get(role) ?? 0, Number(version)));
  }
  return latest;
}
