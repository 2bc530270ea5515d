import { setImmediate } from 'node:timers/promises';
import { listSegments } from './list-segments.ts';
import { parseRecord } from './parse-record.ts';
import { type Lines, readLines } from './read-lines.ts';
import type { RecordedFlow } from './recorded-flow.ts';
import { RecordingError, whyNot } from './recording-error.ts';
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
  const pause = pauser();
  for (const segment of await segmentsOf(path, tally)) {
    tally.segment();
    for await (const { whole, rest } of readable(segment, tally)) {
      for (const line of whole) {
        if (pause.isDue()) await pause.take();
        const flow = readLine(line, tally);
        if (flow) yield flow;
      }
      const last = rest === undefined ? undefined : readTail(rest, tally);
      if (last) yield last;
    }
  }
}

/** Longest stretch in ms of reading and judging flows before others on the event loop have their turn. */
const stretch = 20;

/** Whoever judges the flows does so between two of them: a server must go on answering meanwhile. */
function pauser() {
  let lines = 0;
  let resumedAt = performance.now();
  return {
    isDue: () => ++lines % 64 === 0 && performance.now() - resumedAt > stretch,
    async take() {
      await setImmediate();
      resumedAt = performance.now();
    },
  };
}

/** The folder was there a moment ago. */
async function segmentsOf(path: string, tally: Tally): Promise<string[]> {
  try {
    return await listSegments(path);
  } catch (error) {
    if (!(error instanceof RecordingError)) throw error;
    tally.unreadable(path, whyNot(error.cause));
    return [];
  }
}

/** Ends where the segment cannot be read any further. */
async function* readable(segment: string, tally: Tally): AsyncGenerator<Lines> {
  const lines = readLines(segment);
  while (true) {
    let next: IteratorResult<Lines>;
    try {
      next = await lines.next();
    } catch (error) {
      tally.unreadable(segment, whyNot(error));
      return;
    }
    if (next.done) return;
    yield next.value;
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
