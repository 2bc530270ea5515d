import { systemCode, whyNot } from './recording-error.ts';
import type { WriterNotice } from './writer-notice.ts';

/** Counts since the writer was opened. */
export interface WriterStats {
  /** Records that are in a segment, and those of them that are synced. */
  readonly written: number;
  readonly synced: number;
  /** Records that were not kept, or that a failed sync may have lost. */
  readonly dropped: number;
  readonly removedSegments: number;
  /** Whether writing fails at present. */
  readonly failing: boolean;
}

const dropNoticeMs = 10_000;

/** Counts what becomes of records and tells it, never more often than a log can bear. */
export class WriterReports {
  readonly #folder: string;
  readonly #onNotice: (notice: WriterNotice) => void;
  #stats = { written: 0, synced: 0, dropped: 0, removedSegments: 0, failing: false };
  #toldDropped = 0;
  #toldAt = Number.NEGATIVE_INFINITY;

  constructor(folder: string, onNotice: (notice: WriterNotice) => void) {
    this.#folder = folder;
    this.#onNotice = onNotice;
  }

  get stats(): WriterStats {
    return { ...this.#stats };
  }

  wrote(records: number): void {
    this.#stats.written += records;
  }

  synced(records: number): void {
    this.#stats.synced += records;
  }

  dropped(records: number): void {
    this.#stats.dropped += records;
    if (records > 0 && performance.now() - this.#toldAt >= dropNoticeMs) this.tellDropped();
  }

  /** Tells drops that were not told yet. */
  tellDropped(): void {
    const dropped = this.#stats.dropped - this.#toldDropped;
    if (dropped === 0) return;
    this.#toldAt = performance.now();
    this.#toldDropped = this.#stats.dropped;
    const message = `${dropped} records were not kept in ${this.#folder}`;
    this.#tell({ event: 'recording-dropped', dropped, message });
  }

  removed(segments: number): void {
    if (segments === 0) return;
    this.#stats.removedSegments += segments;
    const message = `removed the oldest segments of ${this.#folder} (${segments}) to keep its limit`;
    this.#tell({ event: 'recording-trimmed', segments, message });
  }

  failed(error: unknown): void {
    if (this.#stats.failing) return;
    this.#stats.failing = true;
    const message = `cannot record to ${this.#folder}: ${whyNot(error)}; records wait in memory, then are dropped`;
    this.#tell({ event: 'recording-failed', code: systemCode(error) ?? null, message });
  }

  succeeded(): void {
    if (!this.#stats.failing) return;
    this.#stats.failing = false;
    this.tellDropped();
    const message = `records to ${this.#folder} again`;
    this.#tell({ event: 'recording-resumed', message });
  }

  /** A listener that fails must not stop the recording, nor the traffic that is recorded. */
  #tell(notice: WriterNotice): void {
    try {
      this.#onNotice(notice);
    } catch {
      // There is nobody left to tell.
    }
  }
}
