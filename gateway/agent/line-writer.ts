import { fstatSync, writeSync } from 'node:fs';

/** What waits in memory for a reader that is slow. */
const MOST_WAITING = 8 << 20;

/** The parts of a stream such as `process.stdout` that are written to. */
export interface LineStream {
  readonly fd?: number;
  readonly writableLength: number;
  write(text: string): boolean;
  on(event: 'error', listener: (error: Error) => void): unknown;
}

/**
 * Writes lines and never waits for whoever reads them, nor fails with him: enforcement goes on. Into a file, and into
 * a pipe that has room, a line is written before the call returns, so a process that is killed has lost none.
 */
export class LineWriter {
  readonly #stream: LineStream;
  readonly #file: number | undefined;
  readonly #most: number;
  #lost = 0;
  #isBroken = false;

  constructor(stream: LineStream, most = MOST_WAITING) {
    this.#stream = stream;
    this.#most = most;
    this.#file = isFile(stream.fd) ? stream.fd : undefined;
    stream.on('error', () => {
      this.#isBroken = true;
    });
  }

  /** @param onLost is given how many lines were lost before this one, and says it in a line of its own */
  write(line: string, onLost: (lines: number) => string): void {
    const lost = this.#lost;
    const text = lost > 0 ? `${onLost(lost)}${line}` : line;
    if (this.#put(text)) this.#lost = 0;
    else this.#lost = lost + 1;
  }

  #put(text: string): boolean {
    if (this.#file !== undefined) return writeToFile(this.#file, text);
    if (this.#isBroken || this.#stream.writableLength + text.length > this.#most) return false;
    this.#stream.write(text);
    return true;
  }
}

/** Not the stream: that of a file is closed for good by a disk that is full for a moment. */
function writeToFile(fd: number, text: string): boolean {
  try {
    writeSync(fd, text);
    return true;
  } catch {
    return false;
  }
}

function isFile(fd: number | undefined): boolean {
  try {
    return fd !== undefined && fstatSync(fd).isFile();
  } catch {
    return false;
  }
}
