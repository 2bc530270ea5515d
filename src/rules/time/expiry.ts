const dayMs = 86_400_000;

/**
 * The first instant at which a clause no longer holds (rule K7): the midnight after its last day, UTC.
 * @param expires `2027-03-31`
 * @returns Milliseconds since 1970, UTC.
 */
export function expiryInstant(expires: string): number {
  return Date.parse(`${expires}T00:00:00Z`) + dayMs;
}

/** Whether the text is a day of the calendar, as `expires` has it: 2027-02-29 is none. */
export function isCalendarDay(text: string): boolean {
  const midnight = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(midnight) && new Date(midnight).toISOString().slice(0, 10) === text;
}
