import { type Day, days, type Window } from '../../policy/index.ts';
import { type ZoneClock, zoneClock } from './zone-clock.ts';

/** `[start, end)` in milliseconds since 1970, UTC. */
export type Span = readonly [start: number, end: number];

/** A window ready to be asked many times. */
export interface ParsedWindow {
  holds(at: number): boolean;
  spans(from: number, until: number): Span[];
}

const minuteMs = 60_000;
const dayMs = 86_400_000;
/** 1970-01-01 was a Thursday. */
const weekdayOfDayZero = 3;

/** @throws {RangeError} where the runtime knows no such zone. */
export function parseWindow(window: Window): ParsedWindow {
  const clock = zoneClock(window.timezone);
  const onDay = days.map((day) => window.days.includes(day));
  const startsOn = (day: number) => onDay[weekdayOf(day)] === true;
  const from = window.from * minuteMs;
  // Over midnight: the window ends on the day after the one it belongs to.
  const to = window.to * minuteMs + (window.to < window.from ? dayMs : 0);
  return {
    holds(at) {
      const local = at + clock.offsetAt(at);
      const day = Math.floor(local / dayMs);
      const time = local - day * dayMs;
      if (from <= time && time < to && startsOn(day)) return true;
      return time + dayMs < to && startsOn(day - 1);
    },
    spans: (first, until) => spansOn(clock, { startsOn, from, to }, first, until),
  };
}

/**
 * Whether an instant is in a window (rule K5): what the clock of the zone shows counts, so that a skipped hour never
 * comes and a repeated one comes twice. Over midnight a window belongs to the day on which it starts.
 * @param at Milliseconds since 1970, UTC.
 * @throws {RangeError} where the runtime knows no such zone.
 */
export function inWindow(window: Window, at: number): boolean {
  return parseWindow(window).holds(at);
}

/**
 * The window between two instants, in milliseconds since 1970, UTC: disjoint spans in order, none touching the next.
 * An instant of `[from, until)` lies in one of them exactly if {@link inWindow} says so.
 * @throws {RangeError} where the runtime knows no such zone.
 */
export function windowSpans(window: Window, from: number, until: number): Span[] {
  return parseWindow(window).spans(from, until);
}

interface DailyTimes {
  startsOn(day: number): boolean;
  /** Milliseconds since local midnight; `to` may be on the next day. */
  readonly from: number;
  readonly to: number;
}

function spansOn(clock: ZoneClock, times: DailyTimes, first: number, until: number): Span[] {
  const spans: [number, number][] = [];
  for (const { start, end, offset } of clock.stretches(first, until)) {
    const lastDay = Math.floor((end - 1 + offset) / dayMs);
    // The window of the day before may reach into this stretch.
    for (let day = Math.floor((start + offset) / dayMs) - 1; day <= lastDay; day++) {
      if (!times.startsOn(day)) continue;
      const midnight = day * dayMs - offset;
      add(spans, Math.max(start, midnight + times.from), Math.min(end, midnight + times.to));
    }
  }
  return spans;
}

function add(spans: [number, number][], start: number, end: number): void {
  if (start >= end) return;
  const last = spans.at(-1);
  if (last?.[1] === start) last[1] = end;
  else spans.push([start, end]);
}

/**
 * What the clock of a zone shows at an instant in milliseconds since 1970, UTC.
 * @throws {RangeError} where the runtime knows no such zone.
 */
export function localClock(timezone: string, at: number): { day: Day; hoursAndMinutes: string } {
  const local = at + zoneClock(timezone).offsetAt(at);
  return {
    day: days[weekdayOf(Math.floor(local / dayMs))] ?? 'mon',
    hoursAndMinutes: new Date(local).toISOString().slice(-13, -8),
  };
}

function weekdayOf(day: number): number {
  return (((day + weekdayOfDayZero) % 7) + 7) % 7;
}
