import { type FileHandle, open, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';

/**
 * Replaces a file so that a reader, or a machine that loses power, sees the old or the new content and never a part. A
 * symbolic link is followed; what is no regular file (a pipe, a terminal) is written to as it is.
 * @throws {Error} that says which file cannot be written and why.
 */
export async function writeAtomically(path: string, text: string): Promise<void> {
  try {
    const existing = await stat(path).catch(() => undefined);
    if (existing && !existing.isFile()) return await writeFile(path, text);
    await replace(existing ? await realpath(path) : path, text, existing?.mode);
  } catch (error) {
    throw new Error(`cannot write ${path}: ${whyNot(error)}`, { cause: error });
  }
}

async function replace(path: string, text: string, mode: number | undefined): Promise<void> {
  const draft = `${path}.${process.pid}.tmp`;
  const file = await open(draft, 'wx');
  try {
    await fill(file, text, mode);
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

async function fill(file: FileHandle, text: string, mode: number | undefined): Promise<void> {
  try {
    if (mode !== undefined) await file.chmod(mode);
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

function whyNot(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return 'its folder does not exist; create it first';
  if (code === 'EACCES' || code === 'EPERM') return 'permission denied; choose another place';
  return error instanceof Error ? error.message : String(error);
}
