import type { Metadata, Root, Targets } from '@tufjs/models';
import { KeyFolder, type KeyRole, type SigningKey } from '../keys/index.ts';
import { PATIENCE_MS, type Place } from './change-online.ts';
import { delegationOf } from './delegation.ts';
import { Draft } from './draft.ts';
import { withRepositoryLock } from './repository-lock.ts';
import { checkOwnWork, keysFor } from './signing.ts';
import { type Committed, Tree } from './tree.ts';

export interface OfflineChange {
  readonly before: Committed;
  readonly draft: Draft;
  readonly folder: KeyFolder;
  /** Every key at hand. */
  readonly keys: readonly SigningKey[];
  readBin(role: string): Promise<Metadata<Targets>>;
  /** The keys at hand of a role as it is now. @throws {Error} if they are fewer than it needs */
  enough(role: KeyRole): SigningKey[];
  /** The same, as many as there are. */
  some(role: KeyRole): SigningKey[];
}

/** Makes one change to a repository that needs keys which are kept offline. */
export async function changeOffline<Result>(
  { repository, keys: keyFolder, passphrases }: Place,
  change: (change: OfflineChange) => Promise<Result>,
): Promise<Result> {
  const folder = new KeyFolder(keyFolder, passphrases);
  const keys = [...(await folder.load('offline')), ...(await folder.load('online'))];
  const tree = new Tree(repository);
  await tree.checkExists();
  return withRepositoryLock(repository, PATIENCE_MS, async () => {
    const before = await tree.read();
    const roleOf = (role: KeyRole) =>
      role === 'bundles' ? delegationOf(before.targets) : before.root.signed.roles[role];
    const readBin = async (role: string) => {
      const bin = await tree.readTargets(before.snapshot, role);
      before.targets.verifyDelegate(role, bin);
      return bin;
    };
    checkWhole(before, keys);
    return change({
      before,
      draft: await Draft.start(tree, before),
      folder,
      keys,
      readBin,
      enough: (role) => keysFor(role, roleOf(role), keys),
      some: (role) =>
        keys.filter(({ publicKey }) => roleOf(role)?.keyIDs.includes(publicKey.keyID)),
    });
  });
}

/** Everything hangs on the root, and the root on a key at hand, be it a root key or what only a root names. */
function checkWhole(before: Committed, keys: readonly SigningKey[]): void {
  const { root } = before;
  const offline = keys.filter(({ publicKey }) => isOffline(root, publicKey.keyID));
  const rooted = offline.filter(({ publicKey }) =>
    root.signed.roles.root?.keyIDs.includes(publicKey.keyID),
  );
  if (rooted.length > 0) checkOwnWork('root.json', root, rooted);
  else checkOwnWork('targets.json', before.targets, offline);
  for (const role of ['targets', 'snapshot', 'timestamp'] as const) {
    root.verifyDelegate(role, before[role]);
  }
}

function isOffline({ signed }: Metadata<Root>, keyId: string): boolean {
  return ['root', 'targets'].some((role) => signed.roles[role]?.keyIDs.includes(keyId));
}
