// As IANA spells names. Intl also takes any case and offsets such as +01:00, which know no daylight saving time.
const spelling = /^[A-Z][A-Za-z0-9_+-]*(?:\/[A-Z][A-Za-z0-9_+-]*)*$/;

// Making a formatter takes some 50 µs, and a folder names few zones often. Holds names that exist only.
const known = new Set<string>();

/** Whether this is the name of a zone of the IANA time zone database, old names and `UTC` included (rule K5). */
export function isTimeZone(name: string): boolean {
  if (known.has(name)) return true;
  if (!spelling.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
  } catch {
    return false;
  }
  known.add(name);
  return true;
}

/** Names of zones to choose from, for suggestions; old names are not among them. */
export function timeZones(): readonly string[] {
  return ['UTC', ...Intl.supportedValuesOf('timeZone')];
}
