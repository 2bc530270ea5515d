import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Day, days, type Window } from '../../../src/policy/index.ts';
import { expiryInstant, inWindow, windowSpans } from '../../../src/rules/index.ts';

const minuteMs = 60_000;
const dayMs = 1440 * minuteMs;
const workdays: readonly Day[] = ['mon', 'tue', 'wed', 'thu', 'fri'];

function window(from: string, to: string, timezone: string, on: readonly Day[] = days): Window {
  return { days: on, from: minutes(from), to: minutes(to), timezone };
}

function minutes(time: string): number {
  const [hours = 0, rest = 0] = time.split(':').map(Number);
  return hours * 60 + rest;
}

describe('a window', () => {
  const office = window('08:00', '18:00', 'Europe/Berlin', workdays);

  it.each([
    ['includes its first minute', '2027-03-01T08:00:00+01:00', true],
    ['excludes the second before', '2027-03-01T07:59:59+01:00', false],
    ['includes its last second', '2027-03-01T17:59:59+01:00', true],
    ['excludes its end', '2027-03-01T18:00:00+01:00', false],
    ['follows summer time', '2027-03-29T08:00:00+02:00', true],
    ['is no time of UTC', '2027-03-29T08:00:00+01:00', true],
    ['keeps to its days', '2027-02-28T12:00:00+01:00', false],
  ])('%s', (_what, at, expected) => {
    expect(inWindow(office, Date.parse(at))).toBe(expected);
  });

  it.each([
    ['starts on its day', '2027-03-05T22:00:00Z', true],
    ['belongs to the day it started on', '2027-03-06T05:59:59Z', true],
    ['ends in the morning', '2027-03-06T06:00:00Z', false],
    ['does not start on the next day', '2027-03-06T22:00:00Z', false],
    ['has no morning without its evening', '2027-03-05T05:00:00Z', false],
  ])('over midnight %s', (_what, at, expected) => {
    const fridayNight = window('22:00', '06:00', 'UTC', ['fri']);
    expect(inWindow(fridayNight, Date.parse(at))).toBe(expected);
  });

  it('may last the whole day', () => {
    const all = window('00:00', '24:00', 'Asia/Kathmandu');
    const [from, until] = [Date.parse('2027-01-01T00:00:00Z'), Date.parse('2028-01-02T00:00:00Z')];
    expect(windowSpans(all, from, until)).toEqual([[from, until]]);
  });

  it('has no skipped hour and a repeated one twice', () => {
    const early = window('02:00', '03:00', 'Europe/Berlin');
    const spansOf = (day: string) => {
      const midnight = Date.parse(`${day}T00:00:00Z`);
      return windowSpans(early, midnight - dayMs / 2, midnight + dayMs / 2).map((span) =>
        span.map((instant) => new Date(instant).toISOString().slice(11, 16)),
      );
    };
    expect(spansOf('2027-03-28')).toEqual([]);
    expect(spansOf('2027-10-31')).toEqual([['00:00', '02:00']]);
    expect(spansOf('2027-07-01')).toEqual([['00:00', '01:00']]);
  });

  it('is split where an hour is repeated around its end', () => {
    const untilHalfPastTwo = window('01:00', '02:30', 'Europe/Berlin', ['sun']);
    const [from, until] = [Date.parse('2027-10-30T12:00:00Z'), Date.parse('2027-10-31T12:00:00Z')];
    const instants = windowSpans(untilHalfPastTwo, from, until).map((span) =>
      span.map((instant) => new Date(instant).toISOString().slice(11, 16)),
    );
    expect(instants).toEqual([
      ['23:00', '00:30'],
      ['01:00', '01:30'],
    ]);
  });

  it('knows no zone that does not exist', () => {
    expect(() => inWindow(window('08:00', '09:00', 'Mars/Olympus'), 0)).toThrow(RangeError);
  });
});

/** Days around which the clocks of a zone were changed, or nothing much happened. */
const changes = [
  ['Europe/Berlin', '2027-03-28'],
  ['Europe/Berlin', '2027-10-31'],
  ['America/New_York', '2026-03-08'],
  ['America/New_York', '2026-11-01'],
  ['Australia/Lord_Howe', '2026-04-05'],
  ['Australia/Lord_Howe', '2026-10-04'],
  ['America/Santiago', '2026-04-05'],
  ['America/Santiago', '2026-09-06'],
  ['Pacific/Apia', '2011-12-30'],
  ['Asia/Kathmandu', '2027-06-01'],
  ['UTC', '2027-01-01'],
] as const;

describe.each(changes)('in %s around %s', (timezone, date) => {
  const middle = Date.parse(`${date}T12:00:00Z`);
  const [from, until] = [middle - 2 * dayMs, middle + 2 * dayMs];
  const instants = Array.from({ length: (until - from) / minuteMs }, (_, i) => from + i * minuteMs);
  const clock = new Intl.DateTimeFormat('en-GB', {
    ...{ timeZone: timezone, weekday: 'short', hour: '2-digit', minute: '2-digit' },
  });
  const shown = instants.map((instant) => readClock(clock.format(instant)));

  it('spans and membership are what the clock shows, minute by minute', () => {
    fc.assert(
      fc.property(windows(timezone), (one) => {
        const spans = windowSpans(one, from, until);
        const inSpans = instants.map((at) => spans.some(([start, end]) => start <= at && at < end));
        const expected = shown.map((local) => isShown(one, local));
        expect(inSpans).toEqual(expected);
        expect(instants.map((at) => inWindow(one, at))).toEqual(expected);
        expect(spans.every(([start], i) => i === 0 || start > (spans[i - 1]?.[1] ?? start))).toBe(
          true,
        );
      }),
      { numRuns: 12 },
    );
  });
});

interface Shown {
  readonly day: number;
  readonly minute: number;
}

/** `Sun, 02:30` or `Sun 02:30` */
function readClock(text: string): Shown {
  const [weekday = '', time = ''] = text.split(/,? /);
  return { day: days.indexOf(weekday.toLowerCase() as Day), minute: minutes(time) };
}

/** The rule itself, on nothing but weekday and time as the clock shows them. */
function isShown({ days: on, from, to }: Window, { day, minute }: Shown): boolean {
  const startsToday = on.includes(days[day] ?? 'mon');
  const startedYesterday = on.includes(days[(day + 6) % 7] ?? 'mon');
  if (from < to) return startsToday && from <= minute && minute < to;
  return (startsToday && from <= minute) || (startedYesterday && minute < to);
}

function windows(timezone: string): fc.Arbitrary<Window> {
  const time = fc.oneof(
    fc.constantFrom(0, 60, 90, 120, 150, 180, 1380, 1440),
    fc.integer({ min: 0, max: 1440 }),
  );
  return fc
    .record({ on: fc.subarray([...days], { minLength: 1 }), from: time, to: time })
    .filter(({ from, to }) => from !== to && from < 1440)
    .map(({ on, from, to }) => ({ days: on, from, to, timezone }));
}

describe('expires', () => {
  it('holds through its day, UTC', () => {
    expect(new Date(expiryInstant('2027-03-31')).toISOString()).toBe('2027-04-01T00:00:00.000Z');
    expect(new Date(expiryInstant('2028-02-28')).toISOString()).toBe('2028-02-29T00:00:00.000Z');
  });
});
