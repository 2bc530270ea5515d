import { createHash } from 'node:crypto';

/** Verified metadata by name: `<version>.root`, `timestamp`, `snapshot`, `targets`, `bundles-<bin>`. */
export type MetadataFiles = Map<string, Buffer>;

interface SignedPart {
  readonly version: number;
  readonly roles?: Readonly<Record<string, { readonly keyids: readonly string[] }>>;
  readonly delegations?: { readonly succinct_roles?: { readonly keyids: readonly string[] } };
}

export function rootName(version: number): string {
  return `${version}.root`;
}

/** For metadata that has been verified. */
export function versionOf(bytes: Uint8Array): number {
  return signedPart(bytes).version;
}

/** The version of the newest root; the enrolled root is always among the files. */
export function rootVersion(files: MetadataFiles): number {
  return Math.max(
    ...[...files.keys()].filter((name) => name.endsWith('.root')).map((name) => parseInt(name, 10)),
  );
}

/** Which keys may sign a role (`bundles`, or a bin of it: the online keys), as one short text that differs where they differ. */
export function signersOf(role: string, files: MetadataFiles): string {
  const topLevel = signedPart(files.get(rootName(rootVersion(files)))).roles?.[role];
  const delegation = topLevel ?? signedPart(files.get('targets')).delegations?.succinct_roles;
  return createHash('sha256')
    .update((delegation?.keyids ?? []).toSorted().join())
    .digest('hex')
    .slice(0, 32);
}

function signedPart(bytes: Uint8Array | undefined): SignedPart {
  return JSON.parse(Buffer.from(bytes ?? []).toString()).signed;
}
