import { Metadata, type TargetFile, Targets } from '@tufjs/models';
import type { SigningKey } from '../keys/index.ts';
import { specVersion } from './draft.ts';
import { expiryAfter, type Lifetimes } from './lifetimes.ts';
import { signWith } from './signing.ts';

const BIN_PREFIX = 'bundles';

/** Names of the bins; a power of two of them. TAP 15: the prefix, and the number in hex of even length. */
export function binNames(bins: number): string[] {
  const width = (bins - 1).toString(16).length;
  return Array.from(
    { length: bins },
    (_, i) => `${BIN_PREFIX}-${i.toString(16).padStart(width, '0')}`,
  );
}

/**
 * What the offline targets keys sign: that the online keys may sign bundles, spread over hash bins, so that no
 * metadata file grows with the number of groups (TAP 15).
 */
export function delegatingTargets(
  version: number,
  bins: number,
  online: readonly SigningKey[],
  lifetimes: Lifetimes,
): Targets {
  return Targets.fromJSON({
    _type: 'targets',
    spec_version: specVersion,
    version,
    expires: expiryAfter(lifetimes.targets),
    targets: {},
    delegations: {
      keys: Object.fromEntries(
        online.map(({ publicKey }) => [publicKey.keyID, publicKey.toJSON()]),
      ),
      succinct_roles: {
        keyids: online.map(({ publicKey }) => publicKey.keyID),
        threshold: 1,
        bit_length: Math.log2(bins),
        name_prefix: BIN_PREFIX,
      },
    },
  });
}

/** How bundles are delegated in a repository. @throws {Error} if it is not one of ours */
export function delegationOf({ signed }: Metadata<Targets>) {
  const role = signed.delegations?.succinctRoles;
  if (role) return role;
  throw new Error('targets.json delegates to no bins: it was not made by `sallyport keys init`');
}

export function signedBin(
  version: number,
  targets: Readonly<Record<string, TargetFile>>,
  keys: readonly SigningKey[],
  lifetimes: Lifetimes,
): Metadata<Targets> {
  const expires = expiryAfter(lifetimes.bundles);
  return signWith(new Metadata(new Targets({ specVersion, version, expires, targets })), keys);
}
