import type { Metadata } from '../policy-set.ts';
import type { RawMetadata } from './raw-document.ts';

/** The metadata of a document of any kind. */
export function metadataOf({ name, version, owner, labels }: RawMetadata): Metadata {
  return { name, version, ...(owner === undefined ? {} : { owner }), labels: { ...labels } };
}
