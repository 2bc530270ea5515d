const dayMs = 86_400_000;

/**
 * The first instant at which a clause no longer holds (rule K7): the midnight after its last day, UTC.
 * @param expires `2027-03-31`
 * @returns Milliseconds since 1970, UTC.
 */
export function expiryInstant(expires: string): number {
  return Date.parse(`${expires}T00:00:00Z`) + dayMs;
}
