import { listSegments } from './list-segments.ts';
import { parseRecord } from './parse-record.ts';
import { readLines } from './read-lines.ts';
import type { RecordedFlow } from './recorded-flow.ts';
import { whyNot } from './recording-error.ts';
import { type RecordingSummary, Tally } from './recording-summary.ts';

/** Flows that gateways decided, kept for simulation. */
export interface Recording {
  readonly path: string;
  /** Reads all flows, segment by segment, in bounded memory. What is no flow is counted and left out. */
  flows(): AsyncIterable<RecordedFlow>;
  /** What the latest pass over {@link flows} has met so far. */
  readonly summary: RecordingSummary;
}

/**
 * Opens a recording: a folder of JSON-lines segments as a gateway writes them (`run --record`), or one such file.
 * @throws {RecordingError} if it does not exist or cannot be listed; a segment that cannot be read, or that is removed
 * meanwhile, is told in the summary.
 */
export async function openRecording(path: string): Promise<Recording> {
  await listSegments(path);
  let tally = new Tally();
  return {
    path,
    flows() {
      tally = new Tally();
      return readFlows(path, tally);
    },
    get summary() {
      return tally.summary;
    },
  };
}

async function* readFlows(path: string, tally: Tally): AsyncGenerator<RecordedFlow> {
  for (const segment of await listSegments(path)) {
    tally.segment();
    const lines = readLines(segment);
    while (true) {
      let next: Awaited<ReturnType<typeof lines.next>>;
      try {
        next = await lines.next();
      } catch (error) {
        tally.unreadable(segment, whyNot(error));
        break;
      }
      if (next.done) break;
      for (const line of next.value.whole) {
        const flow = readLine(line, tally);
        if (flow) yield flow;
      }
      const last = next.value.rest === undefined ? undefined : readTail(next.value.rest, tally);
      if (last) yield last;
    }
  }
}

function readLine(line: string | null, tally: Tally): RecordedFlow | undefined {
  if (line === null) tally.skip('tooLong');
  else if (line.trim() !== '') return count(parseRecord(line), tally);
  return undefined;
}

/** A line without end is whole only if it reads as a record. */
function readTail(line: string, tally: Tally): RecordedFlow | undefined {
  const record = parseRecord(line);
  if (record !== 'malformed') return count(record, tally);
  tally.skip('torn');
  return undefined;
}

function count(record: ReturnType<typeof parseRecord>, tally: Tally): RecordedFlow | undefined {
  if (typeof record === 'string') {
    tally.skip(record);
    return undefined;
  }
  tally.flow(record);
  return record;
}
