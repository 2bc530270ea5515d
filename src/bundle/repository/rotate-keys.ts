import type { KeyRole, SigningKey } from '../keys/index.ts';
import { changeOffline, type OfflineChange } from './change-offline.ts';
import type { Place } from './change-online.ts';
import { delegationOf, signedBin } from './delegation.ts';
import { defaultLifetimes, type Lifetimes } from './lifetimes.ts';
import { binsOf } from './renew-repository.ts';
import { signWith } from './signing.ts';
import { nextRoot, nextTargets, type TopRole } from './successor.ts';

export interface RotateOptions extends Place {
  readonly role: KeyRole;
  /** Beginning of the id of the one key to replace; all keys of the role unless said. */
  readonly key?: string;
  /** For `bundles` after a theft: what the old key signed is dropped, not signed anew; publish every group again. */
  readonly discardBundles?: boolean;
  readonly lifetimes?: Partial<Lifetimes>;
}

export interface Rotation {
  readonly role: KeyRole;
  readonly rootVersion: number;
  readonly timestampVersion: number;
  /** Key files that were made. */
  readonly created: readonly string[];
  /** Key files that mean nothing any more, and should be destroyed. */
  readonly retired: readonly string[];
}

/**
 * Replaces keys of a role. `root`, `targets`, `snapshot` and `timestamp` need the root keys; `bundles` and `targets` the
 * targets keys; all need the online keys. Gateways follow by themselves, without interruption: what they check by the
 * old keys stays valid until the new root is there.
 * @throws {Error} if keys are not at hand; then nothing was changed but for new key files.
 */
export async function rotateKeys(options: RotateOptions): Promise<Rotation> {
  const { role } = options;
  const lifetimes = { ...defaultLifetimes, ...options.lifetimes };
  return changeOffline(options, async (change) => {
    const retired = retiredKeys(change, options);
    const present = keysOf(change, role);
    checkAtHand(change, role);
    const added = await change.folder.create(role, retired.length);
    const keyIds = [
      ...present.filter((id) => !retired.includes(id)),
      ...added.map(({ publicKey }) => publicKey.keyID),
    ];
    const rootVersion =
      role === 'bundles'
        ? await moveBundles(change, added, lifetimes, options.discardBundles ?? false)
        : moveTopRole(change, { role, keyIds, added }, lifetimes);
    const online = (name: 'snapshot' | 'timestamp') =>
      role === name ? [...change.some(name), ...added] : change.enough(name);
    const commit = change.draft.commit(
      { snapshot: online('snapshot'), timestamp: online('timestamp') },
      lifetimes,
    );
    await commit.write();
    const file = (id: string) => change.folder.fileOf(role, id);
    return {
      role,
      rootVersion,
      timestampVersion: commit.timestampVersion,
      created: added.map(({ publicKey }) => file(publicKey.keyID)),
      retired: retired.map(file),
    };
  });
}

function keysOf({ before }: OfflineChange, role: KeyRole): readonly string[] {
  if (role === 'bundles') return delegationOf(before.targets).keyIDs;
  return before.root.signed.roles[role]?.keyIDs ?? [];
}

function retiredKeys(change: OfflineChange, { role, key }: RotateOptions): readonly string[] {
  const present = keysOf(change, role);
  if (key === undefined) return present;
  const named = present.filter((id) => id.startsWith(key));
  if (named.length === 1) return named;
  const ids = present.map((id) => id.slice(0, 12)).join(', ');
  throw new Error(`${key} is not the one key of the role ${role}; its keys are ${ids}`);
}

/** Before any key is made. */
function checkAtHand({ enough }: OfflineChange, role: KeyRole): void {
  enough(role === 'bundles' ? 'targets' : 'root');
  for (const name of ['snapshot', 'timestamp'] as const) if (name !== role) enough(name);
}

/** @returns the version of the new root */
function moveTopRole(
  { before, draft, enough, some }: OfflineChange,
  change: { role: TopRole; keyIds: readonly string[]; added: readonly SigningKey[] },
  lifetimes: Lifetimes,
): number {
  const { role, keyIds, added } = change;
  const root = nextRoot(before, lifetimes, change);
  // TUF 5.3.4: by enough of the keys before and by enough of the new ones.
  draft.addRoot(signWith(root, [...enough('root'), ...(role === 'root' ? added : [])]));
  if (role === 'targets') {
    const targets = nextTargets(before, draft.nextVersion('targets'), lifetimes);
    const signers = [...some('targets'), ...added];
    const fit = signers.filter(({ publicKey }) => keyIds.includes(publicKey.keyID)).length;
    if (fit < (before.root.signed.roles.targets?.threshold ?? 1)) enough('targets');
    draft.addTargets('targets', signWith(targets, signers));
  }
  return root.signed.version;
}

/** @returns the version of the root, which stays */
async function moveBundles(
  { before, draft, enough, readBin }: OfflineChange,
  added: readonly SigningKey[],
  lifetimes: Lifetimes,
  discard: boolean,
): Promise<number> {
  const targets = nextTargets(before, draft.nextVersion('targets'), lifetimes, added);
  draft.addTargets('targets', signWith(targets, enough('targets')));
  for (const role of binsOf(before)) {
    const kept = discard ? {} : (await readBin(role)).signed.targets;
    draft.addTargets(role, signedBin(draft.nextVersion(role), kept, added, lifetimes));
  }
  return before.root.signed.version;
}
