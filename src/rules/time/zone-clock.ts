/** What the clock of a time zone shows, from the time zone data that comes with the runtime; a clock of no machine. */
export interface ZoneClock {
  /** Local minus UTC, in milliseconds, at an instant in milliseconds since 1970, UTC. */
  offsetAt(instant: number): number;
  /** Stretches of one offset that cover `[from, until)`, in order. */
  stretches(from: number, until: number): Iterable<Stretch>;
}

/** `[start, end)` in milliseconds since 1970, UTC; cut off at the edges of what was looked up. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
  readonly offset: number;
}

const dayMs = 86_400_000;
/** Looked up and kept at a time; longer than a year would only make the first look longer. */
const chunkMs = 366 * dayMs;
/** Instants far apart come from flows; what is kept of them must not grow for ever. */
const mostChunks = 128;
/** No zone changes its offset and back again within a day. */
const strideMs = dayMs;
/** Furthest instant that a Date can hold (ECMA-262 section 21.4.1.1). */
const furthest = 8.64e15;

const clocks = new Map<string, ZoneClock>();

/** @throws {RangeError} where the runtime knows no such zone. */
export function zoneClock(timezone: string): ZoneClock {
  const known = clocks.get(timezone);
  if (known) return known;
  const clock = createZoneClock(timezone);
  clocks.set(timezone, clock);
  return clock;
}

/** Whether a number is an instant that a clock can show. */
export function isInstant(value: number): boolean {
  return Math.abs(value) <= furthest - 2 * chunkMs;
}

function createZoneClock(timezone: string): ZoneClock {
  const readOffset = offsetReader(timezone);
  const chunks = new Map<number, readonly Stretch[]>();
  const chunkOf = (instant: number) => {
    const number = Math.floor(instant / chunkMs);
    const known = chunks.get(number);
    if (known) return known;
    if (chunks.size >= mostChunks) chunks.clear();
    const chunk = lookUp(readOffset, number * chunkMs);
    chunks.set(number, chunk);
    return chunk;
  };
  // Flows come nearly in order: most ask for the stretch that the last one asked for.
  let last: Stretch = { start: 0, end: 0, offset: 0 };
  return {
    offsetAt(instant) {
      if (last.start <= instant && instant < last.end) return last.offset;
      const stretch = chunkOf(instant).find(({ end }) => instant < end);
      if (stretch) last = stretch;
      return last.offset;
    },
    *stretches(from, until) {
      for (let start = from; start < until; start = (Math.floor(start / chunkMs) + 1) * chunkMs) {
        for (const stretch of chunkOf(start)) {
          if (stretch.end <= from || stretch.start >= until) continue;
          const [first, end] = [Math.max(stretch.start, from), Math.min(stretch.end, until)];
          yield { start: first, end, offset: stretch.offset };
        }
      }
    },
  };
}

/** The stretches of one chunk: a look at every day, and a search for the second where two days differ. */
function lookUp(readOffset: (instant: number) => number, chunkStart: number): Stretch[] {
  const stretches: Stretch[] = [];
  let start = chunkStart;
  let offset = readOffset(start);
  for (let day = chunkStart; day < chunkStart + chunkMs; day += strideMs) {
    const next = readOffset(day + strideMs);
    if (next === offset) continue;
    const change = firstOf(readOffset, next, day, day + strideMs);
    stretches.push({ start, end: change, offset });
    start = change;
    offset = next;
  }
  const end = chunkStart + chunkMs;
  return start < end ? [...stretches, { start, end, offset }] : stretches;
}

/** The first instant, on a whole second, at which the offset is `wanted`: it is not at `before`, and is at `after`. */
function firstOf(
  readOffset: (instant: number) => number,
  wanted: number,
  before: number,
  after: number,
): number {
  let [low, high] = [before / 1000, after / 1000];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (readOffset(middle * 1000) === wanted) high = middle;
    else low = middle;
  }
  return high * 1000;
}

function offsetReader(timezone: string): (instant: number) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    ...{ timeZone: timezone, calendar: 'gregory', numberingSystem: 'latn', hourCycle: 'h23' },
    ...{ era: 'short', year: 'numeric', month: 'numeric', day: 'numeric' },
    ...{ hour: 'numeric', minute: 'numeric', second: 'numeric' },
  });
  return (instant) => {
    const shown = new Map(format.formatToParts(instant).map(({ type, value }) => [type, value]));
    const part = (type: Intl.DateTimeFormatPartTypes) => Number(shown.get(type));
    const year = shown.get('era') === 'BC' ? 1 - part('year') : part('year');
    const local = new Date(0);
    // Date.UTC would take the years 0 to 99 for those after 1900.
    local.setUTCFullYear(year, part('month') - 1, part('day'));
    local.setUTCHours(part('hour'), part('minute'), part('second'));
    return local.getTime() - Math.floor(instant / 1000) * 1000;
  };
}
