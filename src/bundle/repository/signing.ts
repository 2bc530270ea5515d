import type { Key, Signature } from '@tufjs/models';
import { type KeyRole, type SigningKey, signerOf } from '../keys/index.ts';

type Signed = Parameters<Key['verifySignature']>[0];

interface Signable {
  sign(signer: (data: Buffer) => Signature, append?: boolean): void;
}

/** The keys of a role that are at hand. @throws {Error} if they are fewer than the role needs */
export function keysFor(
  role: KeyRole,
  needed: { readonly keyIDs: readonly string[]; readonly threshold: number } | undefined,
  keys: readonly SigningKey[],
): SigningKey[] {
  if (!needed) throw new Error(`root.json names no keys for ${role}`);
  const fit = keys.filter(({ publicKey }) => needed.keyIDs.includes(publicKey.keyID));
  if (fit.length >= needed.threshold) return fit;
  const names = needed.keyIDs.map((id) => `${role}.${id.slice(0, 12)}.pem`).join(', ');
  const has = fit.length === 0 ? 'none' : `only ${fit.length}`;
  throw new Error(
    `this takes ${needed.threshold} of the ${role} keys (${names}), and ${has} of them ${fit.length > 1 ? 'are' : 'is'} in the folder of keys`,
  );
}

/** Signs with all keys, in place of all signatures before. */
export function signWith<Type extends Signable>(metadata: Type, keys: readonly SigningKey[]): Type {
  keys.forEach((key, i) => {
    metadata.sign(signerOf(key), i > 0);
  });
  return metadata;
}

/**
 * What a publisher builds on must be its own work: whoever can write to the repository's disk must not get forged
 * metadata signed anew. Hence the keys at hand count, not those that files in the repository name.
 * @throws {Error} if none of the keys made a signature.
 */
export function checkOwnWork(name: string, metadata: Signed, keys: readonly SigningKey[]): void {
  const own = keys.some(({ publicKey }) => {
    try {
      publicKey.verifySignature(metadata);
      return true;
    } catch {
      return false;
    }
  });
  if (own) return;
  throw new Error(
    `${name} in the repository is not signed by any of the keys at hand: somebody else changed it, or these are other keys; restore the repository from a copy`,
  );
}
