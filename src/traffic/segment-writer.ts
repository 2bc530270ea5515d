import { setTimeout as delay } from 'node:timers/promises';
import { PendingLines } from './pending-lines.ts';
import { longestLine } from './read-lines.ts';
import { SegmentFile } from './segment-file.ts';
import { SegmentFolder } from './segment-folder.ts';
import type { WriterNotice } from './writer-notice.ts';
import { WriterReports, type WriterStats } from './writer-reports.ts';

export interface SegmentWriterOptions {
  /** One folder for each writer; made if it is not there. */
  readonly folder: string;
  readonly onNotice: (notice: WriterNotice) => void;
  /** A segment is finished at this size; default 64 MiB. */
  readonly maxSegmentBytes?: number;
  /** … or, with the next record, at this age in ms; default one hour. */
  readonly maxSegmentAgeMs?: number;
  /** All segments together; the oldest give way. Default 4 GiB. */
  readonly maxTotalBytes?: number;
  /** Records wait for the disk in so much memory; default 16 MiB. */
  readonly maxPendingBytes?: number;
  /** How long in ms what is written may wait for its sync; default 200. */
  readonly syncEveryMs?: number;
  /** Pause in ms after a failure; default 1000. */
  readonly retryEveryMs?: number;
}

const MiB = 1 << 20;
const batchBytes = MiB;

/**
 * Writes records as JSON lines into segments that survive the end of the process, killed or not: what is written is the
 * kernel's, what is synced is the disk's. Never in the way of whoever appends: {@link append} neither waits nor throws;
 * a disk that is full or fails costs records, which are counted, and is tried again.
 */
export class SegmentWriter {
  readonly #options: Required<SegmentWriterOptions>;
  readonly #folder: SegmentFolder;
  readonly #pending: PendingLines;
  readonly #reports: WriterReports;
  readonly #closing = new AbortController();
  #segment: SegmentFile | undefined;
  /** The one chain of work on the disk; undefined while there is none. */
  #work: Promise<void> | undefined;
  #syncTimer: NodeJS.Timeout | undefined;
  #syncedAt = 0;

  private constructor(options: Required<SegmentWriterOptions>, folder: SegmentFolder) {
    this.#options = options;
    this.#folder = folder;
    this.#pending = new PendingLines(options.maxPendingBytes);
    this.#reports = new WriterReports(options.folder, options.onNotice);
  }

  /**
   * Begins a new segment with the first record, whatever an earlier process has left.
   * @throws {RecordingError} if the folder cannot be made or written to.
   */
  static async open(options: SegmentWriterOptions): Promise<SegmentWriter> {
    const { maxTotalBytes = 4096 * MiB, maxSegmentBytes = 64 * MiB } = options;
    const complete = {
      maxSegmentAgeMs: 3_600_000,
      maxPendingBytes: 16 * MiB,
      syncEveryMs: 200,
      retryEveryMs: 1000,
      ...options,
      maxTotalBytes,
      // Several segments, so that the oldest, which gives way whole, is a small part of all.
      maxSegmentBytes: Math.min(maxSegmentBytes, Math.ceil(maxTotalBytes / 4)),
    };
    return new SegmentWriter(complete, await SegmentFolder.open(options.folder, maxTotalBytes));
  }

  get stats(): WriterStats {
    return this.#reports.stats;
  }

  /** Takes a record, to be written at once and synced soon. After {@link close} it is dropped. */
  append(record: object): void {
    const line = this.#closing.signal.aborted ? undefined : toLine(record);
    if (line === undefined || !this.#pending.add(line)) this.#reports.dropped(1);
    else this.#work ??= this.#drain();
  }

  /** Writes and syncs what waits, trying once if the disk fails, and ends. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#work;
    clearTimeout(this.#syncTimer);
    this.#reports.dropped(this.#pending.count);
    this.#pending.remove(this.#pending.count);
    await this.#finishSegment().catch((error) => this.#reports.failed(error));
    this.#reports.tellDropped();
  }

  async #drain(): Promise<void> {
    // Records of one burst share a write: the first waits for the others.
    await new Promise((resolve) => setImmediate(resolve));
    do {
      if (await this.#writeBatch()) continue;
      if (this.#closing.signal.aborted) break;
      const { signal } = this.#closing;
      await delay(this.#options.retryEveryMs, undefined, { signal, ref: false }).catch(() => {});
    } while (this.#pending.count > 0);
    this.#work = undefined;
    this.#awaitSync();
  }

  /** Whether the disk took it. */
  async #writeBatch(): Promise<boolean> {
    try {
      if (this.#pending.count > 0) {
        const segment = await this.#currentSegment();
        const room = Math.max(this.#options.maxSegmentBytes - segment.size, 0);
        const { data, count } = this.#pending.peek(Math.min(batchBytes, room));
        this.#reports.removed(await this.#folder.makeRoom(segment.size + data.length));
        await segment.append(data, count);
        this.#pending.remove(count);
        this.#reports.wrote(count);
      }
      if (performance.now() - this.#syncedAt >= this.#options.syncEveryMs) await this.#sync();
      this.#reports.succeeded();
      return true;
    } catch (error) {
      this.#reports.failed(error);
      return false;
    }
  }

  async #currentSegment(): Promise<SegmentFile> {
    const { maxSegmentBytes, maxSegmentAgeMs, folder } = this.#options;
    const segment = this.#segment;
    const now = Date.now();
    // A clock that was set back makes a segment seem young for ever.
    const age = Math.abs(now - (segment?.openedAt ?? now));
    if (
      segment &&
      (segment.size >= maxSegmentBytes || (segment.size > 0 && age >= maxSegmentAgeMs))
    ) {
      await this.#finishSegment();
    }
    this.#segment ??= await SegmentFile.create(folder, now);
    return this.#segment;
  }

  async #sync(): Promise<void> {
    this.#syncedAt = performance.now();
    const segment = this.#segment;
    if (!segment) return;
    try {
      this.#reports.synced(await segment.sync());
    } catch (error) {
      // The kernel has let go of the pages: they will not be written by another sync (fsyncgate).
      this.#reports.dropped(segment.unsynced);
      await this.#letGo(segment);
      throw error;
    }
  }

  async #finishSegment(): Promise<void> {
    await this.#sync();
    if (this.#segment) await this.#letGo(this.#segment);
  }

  async #letGo(segment: SegmentFile): Promise<void> {
    this.#segment = undefined;
    const { path, size } = segment;
    if (size > 0) this.#folder.add({ path, size });
    await segment.close();
  }

  /** While nothing more comes, the last records are synced by the clock. */
  #awaitSync(): void {
    if (!this.#segment?.unsynced || this.#closing.signal.aborted) return;
    const wait = this.#syncedAt + this.#options.syncEveryMs - performance.now();
    clearTimeout(this.#syncTimer);
    this.#syncTimer = setTimeout(
      () => {
        this.#work ??= this.#drain();
      },
      Math.max(wait, 0),
    ).unref();
  }
}

/** Undefined for what cannot be written as one line of a length that readers take. */
function toLine(record: object): string | undefined {
  try {
    const line = `${JSON.stringify(record)}\n`;
    return line.length <= longestLine ? line : undefined;
  } catch {
    return undefined;
  }
}
