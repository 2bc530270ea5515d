const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** How long metadata is valid after it was signed, in milliseconds. */
export interface Lifetimes {
  readonly root: number;
  readonly targets: number;
  readonly bundles: number;
  readonly snapshot: number;
  readonly timestamp: number;
}

/**
 * Offline roles are renewed in a yearly ceremony, online ones by the publisher. The timestamp bounds how long an
 * attacker in the network can hide a publication.
 */
export const defaultLifetimes: Lifetimes = {
  root: 365 * DAY,
  targets: 365 * DAY,
  bundles: 90 * DAY,
  snapshot: 30 * DAY,
  timestamp: DAY,
};

/** TUF dates have whole seconds. */
export function expiryAfter(milliseconds: number): string {
  return `${new Date(Date.now() + milliseconds).toISOString().slice(0, 19)}Z`;
}
