import { closeSync, constants, fstatSync, openSync, rmSync, statSync } from 'node:fs';
import { libbpf } from './libbpf.ts';

/** LOCK_EX | LOCK_NB, sys/file.h. */
const EXCLUSIVE_AT_ONCE = 2 | 4;

/** A lock on a file that the kernel holds for this process and lets go of when it ends, however it ends. */
export class FileLock {
  readonly #path: string;
  readonly #fd: number;

  private constructor(path: string, fd: number) {
    this.#path = path;
    this.#fd = fd;
  }

  /** Makes the file where there is none. Undefined while somebody else holds the lock. */
  static take(path: string): FileLock | undefined {
    const { O_RDONLY, O_CREAT, O_NOFOLLOW } = constants;
    for (;;) {
      const fd = openSync(path, O_RDONLY | O_CREAT | O_NOFOLLOW, 0o600);
      const isLocked = libbpf().flock(fd, EXCLUSIVE_AT_ONCE) === 0;
      if (isLocked && isAt(path, fd)) return new FileLock(path, fd);
      closeSync(fd);
      // Locked, but removed meanwhile: whoever comes next would lock another file.
      if (!isLocked) return undefined;
    }
  }

  release(): void {
    closeSync(this.#fd);
  }

  /** Takes the file away too. */
  remove(): void {
    rmSync(this.#path, { force: true });
    this.release();
  }
}

function isAt(path: string, fd: number): boolean {
  const named = statSync(path, { throwIfNoEntry: false });
  const { dev, ino } = fstatSync(fd);
  return named?.dev === dev && named.ino === ino;
}
