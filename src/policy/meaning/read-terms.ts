import type { PolicyClause, PolicyDestination } from '../policy-set.ts';
import type { Path } from '../yaml/index.ts';
import type { RawDestination, RawTraffic } from './raw-clause.ts';
import { readDestination } from './read-destination.ts';
import { readPorts } from './read-ports.ts';
import type { Reader } from './reader.ts';
import type { EndpointReference } from './unresolved.ts';

/** What a clause states itself, or has from an Endpoint. */
export type Terms = Pick<PolicyClause, 'protocol' | 'ports' | 'accepts'> & {
  readonly to: PolicyDestination;
};

type UnresolvedTerms = Omit<Terms, 'to'> & { readonly to: Terms['to'] | EndpointReference };

/**
 * The terms at `path`, whose destination stands at `toPath` (under `to` in a clause, beside the others in an Endpoint);
 * `undefined`, and reported, where the destination has a fault (rules K1–K4).
 */
export function readTerms(
  reader: Reader,
  at: { readonly path: Path; readonly toPath: Path },
  raw: RawTraffic,
  to: RawDestination & { readonly endpoint?: undefined },
): Terms | undefined;
export function readTerms(
  reader: Reader,
  at: { readonly path: Path; readonly toPath: Path },
  raw: RawTraffic,
  to: RawDestination,
): UnresolvedTerms | undefined;
export function readTerms(
  reader: Reader,
  { path, toPath }: { readonly path: Path; readonly toPath: Path },
  raw: RawTraffic,
  to: RawDestination,
): UnresolvedTerms | undefined {
  const read = readDestination(reader, toPath, to);
  const stated =
    to.endpoint === undefined
      ? readPorts(reader, path, raw)
      : refuseBesideEndpoint(reader, path, raw);
  if (!read) return undefined;
  return {
    to: read,
    protocol: raw.protocol ?? 'any',
    ports: stated,
    accepts: [...new Set(raw.accepts)],
  };
}

/** A clause that names an Endpoint has these from it (rule K1). */
function refuseBesideEndpoint(reader: Reader, path: Path, raw: RawTraffic): [] {
  for (const field of ['protocol', 'ports', 'accepts'] as const) {
    if (raw[field] === undefined) continue;
    reader.keyFault(
      'besideEndpoint',
      [...path, field],
      `\`${field}\` comes from the endpoint`,
      `remove it here, or state it in the Endpoint`,
    );
  }
  return [];
}
