import { Metadata, MetadataKind } from '@tufjs/models';
import { BundleError } from '../bundle-error.ts';

/** Where trust begins: it must at least be signed by itself; it may have expired. @throws {BundleError} `malformed` */
export function checkRoot(bytes: Uint8Array): Buffer {
  const copy = Buffer.from(bytes);
  try {
    const root = Metadata.fromJSON(MetadataKind.Root, JSON.parse(copy.toString()));
    root.verifyDelegate('root', root);
    return copy;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new BundleError(
      'malformed',
      `The root.json of the enrolment is none (${why}): take it from the repository again.`,
      error,
    );
  }
}
