import { closeSync, constants, openSync } from 'node:fs';
import { libbpf } from './libbpf.ts';

/** LOCK_EX | LOCK_NB, sys/file.h. */
const EXCLUSIVE_AT_ONCE = 2 | 4;

/** A lock on a file that the kernel holds for this process and lets go of when it ends, however it ends. */
export class FileLock {
  readonly #fd: number;

  private constructor(fd: number) {
    this.#fd = fd;
  }

  /** Makes the file where there is none; it stays. Undefined while somebody else holds the lock. */
  static take(path: string): FileLock | undefined {
    const { O_RDONLY, O_CREAT, O_NOFOLLOW } = constants;
    const fd = openSync(path, O_RDONLY | O_CREAT | O_NOFOLLOW, 0o600);
    if (libbpf().flock(fd, EXCLUSIVE_AT_ONCE) === 0) return new FileLock(fd);
    closeSync(fd);
    return undefined;
  }

  release(): void {
    closeSync(this.#fd);
  }
}
