import type { GatewayGroup, Route } from '../policy-set.ts';
import { type Path, valuePosition } from '../yaml/index.ts';
import type { RawGatewayGroup, RawRoute } from './raw-other-kinds.ts';
import { readAddress } from './read-address.ts';
import { metadataOf } from './read-metadata.ts';
import type { Reader } from './reader.ts';

/** A group of gateways; routes with a fault are reported and left out. */
export function readGatewayGroup(
  reader: Reader,
  { metadata, spec }: RawGatewayGroup,
): GatewayGroup {
  const routes = Object.entries(spec.routes ?? {}).flatMap(([name, raw]) => {
    const route = readRoute(reader, ['spec', 'routes', name], raw);
    return route ? [[name, route] as const] : [];
  });
  return {
    kind: 'GatewayGroup',
    metadata: metadataOf(metadata),
    routes: Object.fromEntries(routes),
    stage: spec.stage ?? 0,
    position: valuePosition(reader.document, []),
  };
}

function readRoute(reader: Reader, path: Path, raw: RawRoute): Route | undefined {
  if (raw.mark !== undefined) return { mark: raw.mark };
  const { interface: link = '', nextHop } = raw;
  if (nextHop === undefined) return { interface: link };
  const address = readAddress(reader, [...path, 'nextHop'], nextHop);
  return address && { interface: link, nextHop: address };
}
