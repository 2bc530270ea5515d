import type { Window } from '../../src/policy/index.ts';
import { type Clause, expiryInstant } from '../../src/rules/index.ts';

/** What a clause states beside destination, protocol and port; all of it must hold. */
export interface Condition {
  readonly during?: Window;
  /** First instant at which it holds no more: milliseconds since 1970, UTC. */
  readonly expires?: number;
}

/** `null` where the clause holds whoever asks and whenever. */
export function conditionOf({
  during,
  expires,
}: Pick<Clause, 'during' | 'expires'>): Condition | null {
  const condition: Condition = {
    ...(during && { during }),
    ...(expires !== undefined && { expires: expiryInstant(expires) }),
  };
  return Object.keys(condition).length > 0 ? condition : null;
}

/** The same text for the same window, whatever it is called. */
export function windowKey({ days, from, to, timezone }: Window): string {
  return `${timezone} ${from} ${to} ${days.join(',')}`;
}

/** The same text for the same condition. */
export function conditionKey({ during, expires }: Condition): string {
  return `${expires ?? ''};${during ? windowKey(during) : ''}`;
}
