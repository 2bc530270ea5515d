import type { HostPattern, Window } from '../../src/policy/index.ts';
import { type Clause, type Destination, expiryInstant } from '../../src/rules/index.ts';
import { principalBits } from './principals.ts';

/** What a clause states beside destination, protocol and port; all of it must hold. */
export interface Condition {
  readonly during?: Window;
  /** First instant at which it holds no more: milliseconds since 1970, UTC. */
  readonly expires?: number;
  /** Bits of the principals of whom one is enough. */
  readonly principals?: bigint;
  /** The connection must open with a ClientHello, whose server name must be in the clause's host pattern if it has one. */
  readonly tls?: 'any' | ServerName;
}

/**
 * What is to be compared of a server name, where it is known that a learned name is in the pattern: how far both must
 * be the same from the end (a dot before each label counted), and how many labels the name may have.
 */
export interface ServerName {
  readonly match: HostPattern['match'];
  readonly suffixLength: number;
  readonly suffixLabels: number;
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

/** Rule K2: what an allow over TLS asks beside; of a deny TLS is TCP. */
export function overTls(condition: Condition | null, to: Destination): Condition {
  return { ...condition, tls: to.kind === 'host' ? serverName(to.host) : 'any' };
}

function serverName({ match, suffix }: HostPattern): ServerName {
  return { match, suffixLength: suffix.length + 1, suffixLabels: suffix.split('.').length };
}

/** The same text for the same window, whatever it is called. */
export function windowKey({ days, from, to, timezone }: Window): string {
  return `${timezone} ${from} ${to} ${days.join(',')}`;
}

/** The same text for the same condition. */
export function conditionKey({ during, expires, principals, tls }: Condition): string {
  const name = typeof tls === 'object' ? Object.values(tls).join(' ') : (tls ?? '');
  return `${expires ?? ''};${principals ?? ''};${name};${during ? windowKey(during) : ''}`;
}
