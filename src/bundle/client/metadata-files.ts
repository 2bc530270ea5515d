import { createHash } from 'node:crypto';
import { Metadata, MetadataKind } from '@tufjs/models';

/** Verified metadata by name: `<version>.root`, `timestamp`, `snapshot`, `targets`, `bundles-<bin>`. */
export type MetadataFiles = Map<string, Buffer>;

interface SignedPart {
  readonly version: number;
  readonly roles?: Readonly<Record<string, { readonly keyids: readonly string[] }>>;
  readonly delegations?: { readonly succinct_roles?: { readonly keyids: readonly string[] } };
}

const kinds: Readonly<Record<string, MetadataKind>> = {
  root: MetadataKind.Root,
  timestamp: MetadataKind.Timestamp,
  snapshot: MetadataKind.Snapshot,
};

export function rootName(version: number): string {
  return `${version}.root`;
}

/** For metadata that has been verified. */
export function versionOf(bytes: Uint8Array): number {
  return signedPart(bytes).version;
}

/** The version of the newest root; the enrolled root is always among the files. */
export function rootVersion(files: MetadataFiles): number {
  const roots = [...files.keys()].filter((name) => name.endsWith('.root'));
  return Math.max(...roots.map((name) => Number.parseInt(name, 10)));
}

/** Which keys may sign a role (`bundles`, or a bin of it: the online keys), as a text that differs where they differ. */
export function signersOf(role: string, files: MetadataFiles): string {
  const delegator = files.get(delegatorOf(role, files));
  if (!delegator) return '';
  const { roles, delegations } = signedPart(delegator);
  const { keyids = [] } = roles?.[role] ?? delegations?.succinct_roles ?? {};
  return createHash('sha256').update(keyids.toSorted().join()).digest('hex').slice(0, 32);
}

/** Whether metadata is signed as the newest of those who delegate to it demand. */
export function isSigned(role: string, files: MetadataFiles): boolean {
  try {
    parse(delegatorOf(role, files), files).verifyDelegate(role, parse(role, files));
    return true;
  } catch {
    return false;
  }
}

function delegatorOf(role: string, files: MetadataFiles): string {
  const isTop = ['timestamp', 'snapshot', 'targets'].includes(role);
  return isTop ? rootName(rootVersion(files)) : 'targets';
}

function parse(name: string, files: MetadataFiles) {
  const kind = kinds[name.replace(/^\d+\./, '')] ?? MetadataKind.Targets;
  const json = JSON.parse(files.get(name)?.toString() ?? '');
  // The overloads want a literal; what comes back is of the kind that is asked for.
  return Metadata.fromJSON(kind as MetadataKind.Root, json);
}

function signedPart(bytes: Uint8Array): SignedPart {
  return JSON.parse(Buffer.from(bytes).toString()).signed;
}
