import { type FileHandle, mkdir, open, rm } from 'node:fs/promises';
import path from 'node:path';
import { systemCode } from './recording-error.ts';

/** One segment that is being written. */
export class SegmentFile {
  readonly path: string;
  /** Unix time in ms. */
  readonly openedAt: number;
  readonly #file: FileHandle;
  #size = 0;
  #unsynced = 0;

  private constructor(place: string, file: FileHandle, openedAt: number) {
    this.path = place;
    this.#file = file;
    this.openedAt = openedAt;
  }

  /** Makes a new file whose name sorts by its time. Its entry in the folder is on disk on return. */
  static async create(folder: string, openedAt: number): Promise<SegmentFile> {
    await mkdir(folder, { recursive: true, mode: 0o750 });
    const time = new Date(openedAt).toISOString().replaceAll(/[-:.]/g, '');
    for (let number = 0; ; number++) {
      const place = path.join(folder, `${time}-${String(number).padStart(4, '0')}.jsonl`);
      const file = await openNew(place);
      if (!file) continue;
      await syncFolder(folder);
      return new SegmentFile(place, file, openedAt);
    }
  }

  /** Bytes of whole lines. */
  get size(): number {
    return this.#size;
  }

  /** Records that a loss of power would take. */
  get unsynced(): number {
    return this.#unsynced;
  }

  /** Appends lines; where it fails the file ends as it did before. @throws What the file system throws. */
  async append(lines: Buffer, records: number): Promise<void> {
    try {
      await this.#writeAt(lines, this.#size);
    } catch (error) {
      // Should this fail as well, the next lines overwrite the torn one: they are written at a position.
      await this.#file.truncate(this.#size).catch(() => {});
      throw error;
    }
    this.#size += lines.length;
    this.#unsynced += records;
  }

  /** How many records are safe now that were not. @throws What the file system throws. */
  async sync(): Promise<number> {
    const records = this.#unsynced;
    if (records > 0) await this.#file.datasync();
    this.#unsynced = 0;
    return records;
  }

  /** An empty one is removed. */
  async close(): Promise<void> {
    await this.#file.close();
    if (this.#size === 0) await rm(this.path, { force: true });
  }

  async #writeAt(data: Buffer, position: number): Promise<void> {
    let done = 0;
    while (done < data.length) {
      const { bytesWritten } = await this.#file.write(
        data,
        done,
        data.length - done,
        position + done,
      );
      done += bytesWritten;
    }
  }
}

/** Undefined where one of this name exists: another process, or a clock that was set back. */
async function openNew(place: string): Promise<FileHandle | undefined> {
  try {
    return await open(place, 'wx', 0o640);
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return undefined;
    throw error;
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
