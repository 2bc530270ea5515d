import { readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { latestVersions, type Tree } from './tree.ts';

/** A gateway that began before a publication must be able to end; nobody takes this long. */
const KEEP_MS = 60 * 60_000;
const KEEP_VERSIONS = 10;

/**
 * Removes what no gateway can need any more, also beside a target file that has just been published. What cannot be
 * removed is left for the next time: the publication itself stands.
 */
export async function prune(tree: Tree, published?: string): Promise<void> {
  try {
    await pruneMetadata(tree);
    if (published !== undefined) await pruneBeside(published);
  } catch {}
}

/** Roots stay: old gateways follow their chain. */
async function pruneMetadata(tree: Tree): Promise<void> {
  const { timestamp, snapshot } = await tree.read();
  const inUse = new Set([
    `${timestamp.signed.snapshotMeta.version}.snapshot.json`,
    ...Object.entries(snapshot.signed.meta).map(([name, { version }]) => `${version}.${name}`),
  ]);
  const names = await tree.names();
  const latest = latestVersions(names);
  const old = names.filter((name) => {
    if (name.startsWith('.')) return true;
    const [, version, role = ''] = /^(\d+)\.([a-z0-9-]+)\.json$/.exec(name) ?? [];
    if (version === undefined || role === 'root' || inUse.has(name)) return false;
    return Number(version) <= (latest.get(role) ?? 0) - KEEP_VERSIONS;
  });
  for (const name of old) await removeAged(tree.metadataFile(name));
}

async function pruneBeside(file: string): Promise<void> {
  for (const name of await readdir(dirname(file))) {
    const path = join(dirname(file), name);
    if (path !== file) await removeAged(path);
  }
}

async function removeAged(path: string): Promise<void> {
  const { mtimeMs } = await stat(path);
  if (Date.now() - mtimeMs > KEEP_MS) await rm(path, { force: true });
}
