import type { Window } from '../../src/policy/index.ts';
import { type Clause, expiryInstant } from '../../src/rules/index.ts';
import { principalBits } from './principals.ts';

/** What a clause states beside destination, protocol and port; all of it must hold. */
export interface Condition {
  readonly during?: Window;
  /** First instant at which it holds no more: milliseconds since 1970, UTC. */
  readonly expires?: number;
  /** Bits of the principals of whom one is enough. */
  readonly principals?: bigint;
}

/**
 * `null` where the clause holds whoever asks and whenever.
 * @param principals in the order of their bits
 */
export function conditionOf(
  { during, expires, onBehalfOf }: Pick<Clause, 'during' | 'expires' | 'onBehalfOf'>,
  principals: readonly string[],
): Condition | null {
  const condition: Condition = {
    ...(during && { during }),
    ...(expires !== undefined && { expires: expiryInstant(expires) }),
    ...(onBehalfOf && { principals: principalBits(principals, onBehalfOf) }),
  };
  return Object.keys(condition).length > 0 ? condition : null;
}

/** The same text for the same window, whatever it is called. */
export function windowKey({ days, from, to, timezone }: Window): string {
  return `${timezone} ${from} ${to} ${days.join(',')}`;
}

/** The same text for the same condition. */
export function conditionKey({ during, expires, principals }: Condition): string {
  return `${expires ?? ''};${principals ?? ''};${during ? windowKey(during) : ''}`;
}
