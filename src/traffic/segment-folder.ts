import { constants } from 'node:fs';
import { access, mkdir, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { compareBytes } from '../policy/index.ts';
import { RecordingError, systemCode, whyNot } from './recording-error.ts';

interface Closed {
  readonly path: string;
  readonly size: number;
}

/** The finished segments of a folder, which together may grow to a limit. */
export class SegmentFolder {
  readonly path: string;
  readonly #limit: number;
  #closed: Closed[];
  #size: number;

  private constructor(place: string, limit: number, closed: Closed[]) {
    this.path = place;
    this.#limit = limit;
    this.#closed = closed;
    this.#size = closed.reduce((sum, { size }) => sum + size, 0);
  }

  /** @throws {RecordingError} if the folder cannot be made or written to; a full disk may have room later. */
  static async open(place: string, limit: number): Promise<SegmentFolder> {
    try {
      await mkdir(place, { recursive: true, mode: 0o750 });
      await access(place, constants.W_OK | constants.X_OK);
      return new SegmentFolder(place, limit, await findSegments(place));
    } catch (error) {
      if (['ENOSPC', 'EDQUOT'].includes(systemCode(error) ?? '')) {
        return new SegmentFolder(place, limit, []);
      }
      throw new RecordingError(
        `cannot record to ${place}: ${whyNot(error)}; name a folder that this process may write to`,
        { cause: error },
      );
    }
  }

  add(closed: Closed): void {
    this.#closed.push(closed);
    this.#size += closed.size;
  }

  /**
   * Removes the oldest segments until there is room for so many bytes beside the rest.
   * @returns How many were removed.
   */
  async makeRoom(bytes: number): Promise<number> {
    let removed = 0;
    while (this.#size + bytes > this.#limit && this.#closed.length > 0) {
      const [oldest] = this.#closed;
      if (!oldest) break;
      await rm(oldest.path, { force: true });
      this.#closed = this.#closed.slice(1);
      this.#size -= oldest.size;
      removed++;
    }
    return removed;
  }
}

async function findSegments(folder: string): Promise<Closed[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.jsonl'))
    .map(({ name }) => name)
    .toSorted(compareBytes);
  return Promise.all(
    names.map(async (name) => {
      const place = path.join(folder, name);
      return { path: place, size: (await stat(place)).size };
    }),
  );
}
