import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { limits, type PolicyFile, type Problem, tooLarge } from '../policy/index.ts';
import { unreadable } from './list-folder.ts';
import { isVanished, whyNot } from './system-error.ts';

const chunkBytes = 64 * 1024;

export type FileRead =
  | { readonly file: PolicyFile }
  | { readonly problem: Problem }
  | { readonly vanished: true };

/**
 * Reads one file, never more of it than the limit (rule F2). Opens without blocking: what was a file when it was
 * listed may be a pipe by now.
 */
export async function readPolicyFile(absolute: string, relative: string): Promise<FileRead> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(absolute, constants.O_RDONLY | constants.O_NONBLOCK);
    const stat = await handle.stat();
    if (!stat.isFile()) return { problem: unreadable(relative, 'it is no regular file') };
    if (stat.size > limits.fileBytes) return { problem: tooLarge(relative, stat.size) };
    return { file: { path: relative, text: await readUpTo(handle, limits.fileBytes + 1) } };
  } catch (error) {
    if (isVanished(error)) return { vanished: true };
    return { problem: unreadable(relative, whyNot(error)) };
  } finally {
    await handle?.close();
  }
}

async function readUpTo(handle: FileHandle, bytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let total = 0;
  while (total < bytes) {
    const chunk = new Uint8Array(Math.min(chunkBytes, bytes - total));
    const { bytesRead } = await handle.read(chunk, 0, chunk.length, null);
    if (bytesRead === 0) break;
    chunks.push(chunk.subarray(0, bytesRead));
    total += bytesRead;
  }
  return Buffer.concat(chunks);
}
