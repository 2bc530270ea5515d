import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import type { Verdict } from '../rules/index.ts';
import { type Decider, decideLines } from './decide-lines.ts';

export interface Streams {
  readonly input: Readable;
  readonly output: Writable;
  readonly errors: Writable;
}

/**
 * Reads flow lines from a stream and writes their verdicts to another, no faster than they are taken. A line that is no
 * flow is also told on `errors`, with its number. A reader that has gone away (`| head`) ends the work quietly.
 * @returns How many lines were no flow.
 * @throws What the decider throws, and failures of the streams.
 */
export async function answerStream(
  streams: Streams,
  decider: Decider,
  render?: (verdict: Verdict) => string,
): Promise<number> {
  let faults = 0;
  streams.input.setEncoding('utf8');
  const output = writerOf(streams.output);
  for await (const { line, text, error } of decideLines(streams.input, decider, render)) {
    if (error) {
      faults++;
      streams.errors.write(`line ${line}: ${error.message}. ${error.remedy}\n`);
    }
    if (!(await output.write(`${text}\n`))) return faults;
  }
  await output.flush();
  return faults;
}

interface Writer {
  /** Waits for room. Whether anybody still reads. */
  write(text: string): Promise<boolean>;
  /** Waits until everything is out: the last write may still fail. */
  flush(): Promise<boolean>;
}

function writerOf(stream: Writable): Writer {
  const failed = new AbortController();
  stream.on('error', (error) => failed.abort(error));
  const isRead = () => {
    if (!failed.signal.aborted) return true;
    if (failed.signal.reason.code === 'EPIPE') return false;
    throw failed.signal.reason;
  };
  return {
    async write(text) {
      if (!failed.signal.aborted && !stream.write(text)) {
        await once(stream, 'drain', { signal: failed.signal }).catch(() => undefined);
      }
      return isRead();
    },
    async flush() {
      await new Promise((done) => stream.write('', done));
      return isRead();
    },
  };
}
