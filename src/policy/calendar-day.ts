/** Whether `YYYY-MM-DD` is a day of the (proleptic Gregorian) calendar, as in rule K7. */
export function isCalendarDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const midnight = new Date(`${text}T00:00:00Z`);
  // Some engines carry 30 February over into March instead of refusing it.
  return !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(text);
}
