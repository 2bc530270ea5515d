import type { Endpoint } from '../policy-set.ts';
import { valuePosition } from '../yaml/index.ts';
import type { RawEndpoint } from './raw-other-kinds.ts';
import { metadataOf } from './read-metadata.ts';
import { readTerms } from './read-terms.ts';
import type { Reader } from './reader.ts';

/** A named destination; `undefined`, and reported, where the destination has a fault. */
export function readEndpoint(
  reader: Reader,
  { metadata, spec }: RawEndpoint,
): Endpoint | undefined {
  const path = ['spec'];
  const terms = readTerms(reader, { path, toPath: path }, spec, {
    ...(spec.host === undefined ? {} : { host: spec.host }),
    ...(spec.cidr === undefined ? {} : { cidr: spec.cidr }),
    ...(spec.except === undefined ? {} : { except: spec.except }),
  });
  if (!terms) return undefined;
  return {
    kind: 'Endpoint',
    metadata: metadataOf(metadata),
    ...terms,
    position: valuePosition(reader.document, []),
  };
}
