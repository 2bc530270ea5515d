import { mkdir } from 'node:fs/promises';
import { Metadata, Root } from '@tufjs/models';
import { KeyFolder, type KeyRole, type Passphrases, type SigningKey } from '../keys/index.ts';
import { binNames, delegatingTargets, signedBin } from './delegation.ts';
import { Draft, specVersion } from './draft.ts';
import { defaultLifetimes, expiryAfter, type Lifetimes } from './lifetimes.ts';
import { withRepositoryLock } from './repository-lock.ts';
import { signWith } from './signing.ts';
import { Tree } from './tree.ts';

export interface InitOptions {
  /** Folder for the private keys: `offline/` and `online/` in it. */
  readonly keys: string;
  /** Folder for the TUF tree, to be shown by any static web server. */
  readonly repository: string;
  /** How many of the offline keys must sign; 2 unless said. */
  readonly threshold?: number;
  /** How many root keys and how many targets keys there are; one more than the threshold unless said. */
  readonly offlineKeys?: number;
  /** Number of hash bins, a power of two from 2 to 4096; 16 unless said. */
  readonly bins?: number;
  readonly passphrases?: Passphrases;
  readonly lifetimes?: Partial<Lifetimes>;
}

/** What to hand out and what to lock away. */
export interface NewRepository {
  /** The file with which gateways are enrolled. */
  readonly root: string;
  readonly offline: readonly string[];
  readonly online: readonly string[];
}

/**
 * Makes the keys and an empty, signed repository.
 * @throws {Error} if there are keys or metadata already: nothing is ever overwritten.
 */
export async function initRepository(options: InitOptions): Promise<NewRepository> {
  const { threshold = 2, bins = 16 } = options;
  const { offlineKeys = threshold + 1 } = options;
  checkNumbers(threshold, offlineKeys, bins);
  const lifetimes = { ...defaultLifetimes, ...options.lifetimes };
  const folder = new KeyFolder(options.keys, options.passphrases);
  await mkdir(options.repository, { recursive: true });
  return withRepositoryLock(options.repository, 0, async () => {
    const tree = new Tree(options.repository);
    if ((await tree.names()).length > 0) throw taken(options.repository);
    if (!(await folder.isEmpty())) throw taken(options.keys);
    const keys = {
      root: await folder.create('root', offlineKeys),
      targets: await folder.create('targets', offlineKeys),
      bundles: await folder.create('bundles', 1),
      snapshot: await folder.create('snapshot', 1),
      timestamp: await folder.create('timestamp', 1),
    };
    const draft = await Draft.start(tree);
    draft.addRoot(signWith(new Metadata(firstRoot(keys, threshold, lifetimes)), keys.root));
    const targets = delegatingTargets(1, bins, keys.bundles, lifetimes);
    draft.addTargets('targets', signWith(new Metadata(targets), keys.targets));
    for (const bin of binNames(bins)) {
      draft.addTargets(bin, signedBin(1, {}, keys.bundles, lifetimes));
    }
    const { write } = draft.commit(keys, lifetimes);
    await write();
    const files = (role: KeyRole) =>
      keys[role as keyof typeof keys].map(({ publicKey }) => folder.fileOf(role, publicKey.keyID));
    return {
      root: tree.metadataFile('1.root.json'),
      offline: [...files('root'), ...files('targets')],
      online: [...files('bundles'), ...files('snapshot'), ...files('timestamp')],
    };
  });
}

function firstRoot(
  keys: Readonly<Record<'root' | 'targets' | 'snapshot' | 'timestamp', readonly SigningKey[]>>,
  threshold: number,
  lifetimes: Lifetimes,
): Root {
  const role = (name: keyof typeof keys, needed: number) => ({
    keyids: keys[name].map(({ publicKey }) => publicKey.keyID),
    threshold: needed,
  });
  const all = [...keys.root, ...keys.targets, ...keys.snapshot, ...keys.timestamp];
  return Root.fromJSON({
    _type: 'root',
    spec_version: specVersion,
    version: 1,
    expires: expiryAfter(lifetimes.root),
    consistent_snapshot: true,
    keys: Object.fromEntries(all.map(({ publicKey }) => [publicKey.keyID, publicKey.toJSON()])),
    roles: {
      root: role('root', threshold),
      targets: role('targets', threshold),
      snapshot: role('snapshot', 1),
      timestamp: role('timestamp', 1),
    },
  });
}

function checkNumbers(threshold: number, offlineKeys: number, bins: number): void {
  if (!(Number.isInteger(threshold) && threshold >= 1 && threshold <= 16)) {
    throw new Error(`the threshold ${threshold} is not possible: choose 1 to 16, better 2`);
  }
  if (!(Number.isInteger(offlineKeys) && offlineKeys >= threshold && offlineKeys <= 32)) {
    throw new Error(
      `${offlineKeys} offline keys are not possible: choose at least the threshold ${threshold}, and one more, for one may be lost`,
    );
  }
  if (!(bins >= 2 && bins <= 4096 && Number.isInteger(Math.log2(bins)))) {
    throw new Error(`${bins} bins are not possible: choose a power of two from 2 to 4096`);
  }
}

function taken(folder: string): Error {
  return new Error(`${folder} has keys or metadata already; choose an empty folder`);
}
