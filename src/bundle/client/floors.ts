import { BundleError } from '../bundle-error.ts';
import { type MetadataFiles, rootVersion, signersOf, versionOf } from './metadata-files.ts';

/** Below this a version is a rollback, as long as the same keys sign. */
interface Floor {
  readonly version: number;
  readonly signers: string;
}

/**
 * The highest versions that were ever verified. A role that gets other keys starts anew, by authority of who signs its
 * keys: otherwise whoever stole a key could publish the highest number there is, and shut out its owner for ever.
 */
export interface Floors {
  readonly root: number;
  readonly roles: Readonly<Record<string, Floor>>;
  readonly bundle?: Floor & { readonly digest: string };
}

export const noFloors: Floors = { root: 0, roles: {} };

/**
 * @param files verified metadata, some of it from an earlier refresh. What is left from then, and from keys that no
 * longer count, is removed.
 * @throws {BundleError} `rolled-back` if anything is older than what was seen before
 */
export function raiseFloors(floors: Floors, files: MetadataFiles, earlier: MetadataFiles): Floors {
  const root = rootVersion(files);
  checkFloor('root.json', root, floors.root);
  const roles: Record<string, Floor> = { ...floors.roles };
  for (const [role, bytes] of files) {
    if (role.endsWith('.root')) continue;
    const signers = signersOf(role, files);
    const before = floors.roles[role];
    if (before && before.signers !== signers && earlier.get(role) === bytes) {
      files.delete(role);
      continue;
    }
    const version = versionOf(bytes);
    if (before?.signers === signers) checkFloor(`${role}.json`, version, before.version);
    roles[role] = { version, signers };
  }
  return { ...floors, root, roles };
}

/** The same for the bundle itself: its sequence number, and one content for each number. */
export function raiseBundleFloor(
  floors: Floors,
  bundle: { readonly seq: number; readonly digest: string; readonly signers: string },
): Floors {
  const { seq, digest, signers } = bundle;
  const before = floors.bundle;
  if (before?.signers === signers) {
    checkFloor('the bundle', seq, before.version);
    if (seq === before.version && digest !== before.digest) {
      throw new BundleError('rolled-back', `There are two bundles with sequence number ${seq}.`);
    }
  }
  return { ...floors, bundle: { version: seq, signers, digest } };
}

function checkFloor(what: string, version: number, floor: number): void {
  if (version >= floor) return;
  throw new BundleError(
    'rolled-back',
    `The server offers version ${version} of ${what}, which is older than version ${floor} seen before.`,
  );
}
