import { open } from 'node:fs/promises';
import { type Instance, waitFor } from '../net/index.ts';
import { logOf } from './state.ts';

/** One line that a process has logged. */
export type LogEvent = Readonly<Record<string, unknown>> & { readonly event?: string };

/** Reads what a process of the lab logs, from a place on, line by line. */
export class JsonLog {
  readonly path: string;
  #offset: number;

  private constructor(path: string, offset: number) {
    this.path = path;
    this.#offset = offset;
  }

  /** From the first line on. */
  static fromStart(instance: Instance, process = 'gateway'): JsonLog {
    return new JsonLog(logOf(instance, process), 0);
  }

  /** From the next line on. */
  static async fromNow(instance: Instance, process = 'gateway'): Promise<JsonLog> {
    const log = JsonLog.fromStart(instance, process);
    await log.more();
    return log;
  }

  /** The events logged since the last look. What is not JSON comes as `{event: 'text', text}`. */
  async more(): Promise<LogEvent[]> {
    const lines = (await this.#read()).split('\n');
    return lines.filter((line) => line.trim() !== '').map(parseEvent);
  }

  /**
   * The first event from here on for which `matches` holds.
   * @throws {Error} when none comes within `deadline` milliseconds.
   */
  async until(
    what: string,
    matches: (event: LogEvent) => boolean,
    { deadline, signal }: { deadline: number; signal?: AbortSignal | undefined },
  ): Promise<LogEvent> {
    const look = async () => (await this.more()).find(matches);
    return waitFor(`${what} in ${this.path}`, look, { deadline, every: 5, signal });
  }

  /** The whole lines that were added. */
  async #read(): Promise<string> {
    let file: Awaited<ReturnType<typeof open>>;
    try {
      file = await open(this.path, 'r');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
      throw error;
    }
    try {
      const { size } = await file.stat();
      const length = size - this.#offset;
      if (length <= 0) return '';
      const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, this.#offset);
      // Whole lines only: the rest of the last one may still be on its way.
      const end = buffer.subarray(0, bytesRead).lastIndexOf('\n') + 1;
      this.#offset += end;
      return buffer.toString('utf8', 0, end);
    } finally {
      await file.close();
    }
  }
}

function parseEvent(line: string): LogEvent {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === 'object' && value !== null) return value as LogEvent;
  } catch {
    // Not JSON: a warning of the runtime, or of the kernel's verifier.
  }
  return { event: 'text', text: line };
}
