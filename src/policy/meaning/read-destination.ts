import { cidrHolds } from '../cidr.ts';
import type { PolicyDestination } from '../policy-set.ts';
import { show } from '../schema/index.ts';
import type { Path } from '../yaml/index.ts';
import type { RawDestination } from './raw-clause.ts';
import { readCidr, readCidrs } from './read-address.ts';
import { readHost } from './read-host.ts';
import type { Reader } from './reader.ts';
import type { EndpointReference } from './unresolved.ts';

/**
 * A destination or sender, of which `to` states exactly one kind (rule K1); `undefined`, and reported, where it has a
 * fault. `path` is that of the object which holds `host`, `cidr` and so on.
 */
export function readDestination(
  reader: Reader,
  path: Path,
  to: RawDestination & { readonly endpoint?: undefined },
): PolicyDestination | undefined;
export function readDestination(
  reader: Reader,
  path: Path,
  to: RawDestination,
): PolicyDestination | EndpointReference | undefined;
export function readDestination(
  reader: Reader,
  path: Path,
  to: RawDestination,
): PolicyDestination | EndpointReference | undefined {
  if (to.any) return { kind: 'any' };
  if (to.endpoint !== undefined) return { kind: 'endpoint', endpoint: to.endpoint };
  if (to.agent !== undefined) return { kind: 'agent', agent: to.agent };
  if (to.host !== undefined) {
    const host = readHost(reader, [...path, 'host'], to.host);
    return host && { kind: 'host', host };
  }
  return readBlock(reader, path, to.cidr ?? '', to.except ?? []);
}

function readBlock(
  reader: Reader,
  path: Path,
  text: string,
  exceptions: readonly string[],
): PolicyDestination | undefined {
  const cidr = readCidr(reader, [...path, 'cidr'], text);
  const except = readCidrs(reader, [...path, 'except'], exceptions);
  if (!cidr) return undefined;
  // Where one has a fault, those that remain no longer stand at their indexes.
  const told = except.length === exceptions.length ? except : [];
  for (const [index, inner] of told.entries()) {
    if (cidrHolds(cidr, inner)) continue;
    reader.fault(
      'exceptOutside',
      [...path, 'except', index],
      `${show(exceptions[index])} does not lie inside ${show(text)}`,
      'remove it, or correct it: an exception cuts a hole into its CIDR',
    );
  }
  return { kind: 'cidr', cidr, except };
}
