import { isCalendarDay } from './calendar-day.ts';

const form = /^(\d{4}-\d\d-\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:Z|[+-](\d\d):(\d\d))$/i;

/**
 * A date and time with its offset from UTC (RFC 3339, without leap seconds) as milliseconds since 1970; finer parts of
 * a second are dropped. `undefined` if the text is none, or there is no such day or time.
 */
export function parseTimestamp(text: string): number | undefined {
  const [, day, hour, minute, second, offsetHour = '00', offsetMinute = '00'] =
    form.exec(text) ?? [];
  if (day === undefined || !isCalendarDay(day)) return undefined;
  const inRange =
    Number(hour) < 24 &&
    Number(minute) < 60 &&
    Number(second) < 60 &&
    Number(offsetHour) < 24 &&
    Number(offsetMinute) < 60;
  const value = inRange ? Date.parse(text.toUpperCase()) : Number.NaN;
  return Number.isNaN(value) ? undefined : value;
}
