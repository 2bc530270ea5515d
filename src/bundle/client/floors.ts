import { BundleError } from '../bundle-error.ts';
import type { SignedCustom } from '../custom.ts';
import {
  isSigned,
  type MetadataFiles,
  rootVersion,
  signersOf,
  versionOf,
} from './metadata-files.ts';

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
  /** The enrolment that they belong to. */
  readonly enrolled: string;
  readonly root: number;
  readonly roles: Readonly<Record<string, Floor>>;
  /** Of the group that was asked for last. */
  readonly bundle?: Floor & { readonly group: string; readonly digest: string };
}

export const noFloors: Floors = { enrolled: '', root: 0, roles: {} };

/**
 * @param files metadata, verified now or by an earlier refresh. What only keys of that time signed is removed.
 * @throws {BundleError} `rolled-back` if anything is older than what was seen before
 */
export function raiseFloors(floors: Floors, files: MetadataFiles): Floors {
  const root = rootVersion(files);
  checkFloor('root.json', root, floors.root);
  const roles: Record<string, Floor> = { ...floors.roles };
  for (const role of rolesOf(files)) {
    const before = floors.roles[role];
    const signers = signersOf(role, files);
    if (before?.signers !== signers && !isSigned(role, files)) {
      files.delete(role);
      continue;
    }
    const version = versionOf(files.get(role) as Buffer);
    if (before?.signers === signers) checkFloor(`${role}.json`, version, before.version);
    roles[role] = { version, signers };
  }
  return { ...floors, root, roles };
}

/** Without root, and bins after the targets on which they depend. */
function rolesOf(files: MetadataFiles): string[] {
  const names = [...files.keys()].filter((name) => !name.endsWith('.root'));
  return [
    ...names.filter((name) => name === 'targets'),
    ...names.filter((name) => name !== 'targets'),
  ];
}

/** The same for the bundle itself: its sequence number, and one content for each number. */
export function raiseBundleFloor(
  floors: Floors,
  { seq, group, digest }: SignedCustom,
  signers: string,
): Floors {
  const before = floors.bundle;
  if (before?.signers === signers && before.group === group) {
    checkFloor('the bundle', seq, before.version);
    if (seq === before.version && digest !== before.digest) {
      throw new BundleError('rolled-back', `There are two bundles with sequence number ${seq}.`);
    }
  }
  return { ...floors, bundle: { version: seq, signers, group, digest } };
}

function checkFloor(what: string, version: number, floor: number): void {
  if (version >= floor) return;
  throw new BundleError(
    'rolled-back',
    `The server offers version ${version} of ${what}, which is older than version ${floor} seen before.`,
  );
}
