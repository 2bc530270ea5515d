import type { Place } from '../places.ts';

/** Where a reader of a comment gets to; without one, text stands alone. Only http and https links are used. */
export interface Links {
  /** Address of a line of a policy file at the commit before or after. */
  readonly line?: (place: Place) => string | undefined;
  readonly commit?: (sha: string) => string | undefined;
}
