import { InvalidArgumentError } from 'commander';

/**
 * A day (its start, UTC) or a time with its offset (RFC 3339), as milliseconds since 1970, UTC.
 * @throws {InvalidArgumentError}
 */
export function instant(text: string): number {
  const [, day, time] =
    /^(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2}))?$/.exec(text) ?? [];
  const midnight = Date.parse(`${day}T00:00:00Z`);
  // A parser of dates may take the 30th of February for a day in March.
  const isDay = !Number.isNaN(midnight) && new Date(midnight).toISOString().startsWith(`${day}T`);
  const at = isDay ? Date.parse(time === undefined ? `${day}T00:00:00Z` : text) : Number.NaN;
  if (!Number.isNaN(at)) return at;
  throw new InvalidArgumentError(
    'Write a day, or a time with its offset, such as 2027-03-01T09:00:00+01:00.',
  );
}
