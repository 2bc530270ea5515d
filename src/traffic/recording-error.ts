/** A recording cannot be read, or the place for one cannot be written to. The message says why and what to do. */
export class RecordingError extends Error {
  override readonly name = 'RecordingError';
}

/** The code of a failed system call, such as `ENOSPC`. */
export function systemCode(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

/** A failed system call in words. */
export function whyNot(error: unknown): string {
  const known = words[systemCode(error) ?? ''];
  return known ?? (error instanceof Error ? error.message : String(error));
}

const words: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ENOENT: 'it does not exist',
  ENOTDIR: 'it is not a folder',
  EEXIST: 'it is a file, not a folder',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EIO: 'the disk fails',
};
