import type { Metadata, Targets } from '@tufjs/models';
import { KeyFolder, type Passphrases, type SigningKey } from '../keys/index.ts';
import { delegationOf } from './delegation.ts';
import { Draft } from './draft.ts';
import { withRepositoryLock } from './repository-lock.ts';
import { checkOwnWork, keysFor } from './signing.ts';
import { type Committed, Tree } from './tree.ts';

/** How long to wait for another publisher. */
export const PATIENCE_MS = 30_000;

/** Where a repository and its keys are. */
export interface Place {
  readonly repository: string;
  /** Folder of the keys. */
  readonly keys: string;
  readonly passphrases?: Passphrases;
}

export interface OnlineChange {
  readonly tree: Tree;
  readonly before: Committed;
  readonly draft: Draft;
  readonly keys: Readonly<Record<'bundles' | 'snapshot' | 'timestamp', readonly SigningKey[]>>;
  readonly bins: ReturnType<typeof delegationOf>;
  /** @throws {Error} if it is not our own work */
  readBin(role: string): Promise<Metadata<Targets>>;
}

/** Makes one change to a repository with the online keys; nobody else makes one meanwhile. */
export async function changeOnline<Result>(
  { repository, keys: keyFolder, passphrases }: Place,
  change: (change: OnlineChange) => Promise<Result>,
): Promise<Result> {
  const online = await new KeyFolder(keyFolder, passphrases).load('online');
  const tree = new Tree(repository);
  await tree.checkExists();
  return withRepositoryLock(repository, PATIENCE_MS, async () => {
    const before = await tree.read();
    const { roles } = before.root.signed;
    const bins = delegationOf(before.targets);
    const keys = {
      bundles: keysFor('bundles', bins, online),
      snapshot: keysFor('snapshot', roles.snapshot, online),
      timestamp: keysFor('timestamp', roles.timestamp, online),
    };
    checkOwnWork('snapshot.json', before.snapshot, keys.snapshot);
    checkOwnWork('timestamp.json', before.timestamp, keys.timestamp);
    const draft = await Draft.start(tree, before);
    const readBin = async (role: string) => {
      const bin = await tree.readTargets(before.snapshot, role);
      checkOwnWork(`${role}.json`, bin, keys.bundles);
      return bin;
    };
    return change({ tree, before, draft, keys, bins, readBin });
  });
}
