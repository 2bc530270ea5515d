/** Decisions are looked at in [from, until), milliseconds since 1970, UTC. */
export interface Period {
  readonly from: number;
  readonly until: number;
}

/** A year that may be a leap year. */
const spanMs = 366 * 86_400_000;

/** The span over which decisions are looked at. */
export function periodFrom(from: number): Period {
  return { from, until: from + spanMs };
}
