import { createHash } from 'node:crypto';
import { Metadata, MetadataKind, type Root } from '@tufjs/models';
import { BundleError } from '../bundle-error.ts';
import { type MetadataFiles, rootName } from './metadata-files.ts';

/** Where trust begins: it must at least be signed by itself; it may have expired. @throws {BundleError} `malformed` */
export function checkRoot(bytes: Uint8Array): Buffer {
  const copy = Buffer.from(bytes);
  try {
    const root = parse(copy);
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

/** Names an enrolment. */
export function fingerprintOf(root: Uint8Array): string {
  return createHash('sha256').update(root).digest('hex');
}

/** The enrolled root and, of the roots at hand, those that follow from it; what does not follow is fetched again. */
export function chainFrom(enrolled: Buffer, roots: MetadataFiles): MetadataFiles {
  let last = parse(enrolled);
  const chain: MetadataFiles = new Map([[rootName(last.signed.version), enrolled]]);
  for (;;) {
    const name = rootName(last.signed.version + 1);
    const bytes = roots.get(name);
    const next = bytes && successor(last, bytes);
    if (!bytes || !next) return chain;
    chain.set(name, bytes);
    last = next;
  }
}

function successor(last: Metadata<Root>, bytes: Buffer): Metadata<Root> | undefined {
  try {
    const next = parse(bytes);
    last.verifyDelegate('root', next);
    return next.signed.version === last.signed.version + 1 ? next : undefined;
  } catch {
    return undefined;
  }
}

function parse(bytes: Buffer): Metadata<Root> {
  return Metadata.fromJSON(MetadataKind.Root, JSON.parse(bytes.toString()));
}
