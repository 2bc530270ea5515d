import { mkdir, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Writes a new file and waits until it is on the disk; its name is safe only after {@link syncFolder}. */
export async function writeSynced(
  path: string,
  bytes: Uint8Array | string,
  mode = 0o644,
): Promise<void> {
  const file = await open(path, 'w', mode);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Waits until names in a folder (new, renamed, removed) are on the disk. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Files that appear under their names in the order given, each whole or not at all, also after a loss of power. */
export async function writeInOrder(
  files: ReadonlyMap<string, Uint8Array | string>,
  mode = 0o644,
): Promise<void> {
  const drafts = [...files.keys()].map((path) => [draftOf(path), path] as const);
  try {
    await Promise.all(
      [...files].map(async ([path, bytes]) => {
        await mkdir(dirname(path), { recursive: true });
        await writeSynced(draftOf(path), bytes, mode);
      }),
    );
    for (const [draft, path] of drafts) {
      await rename(draft, path);
      await syncFolder(dirname(path));
    }
  } finally {
    await Promise.all(drafts.map(([draft]) => rm(draft, { force: true })));
  }
}

function draftOf(path: string): string {
  return join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
}
