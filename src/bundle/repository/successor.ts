import { Metadata, Root, Targets } from '@tufjs/models';
import type { KeyRole, SigningKey } from '../keys/index.ts';
import { delegatingTargets, delegationOf } from './delegation.ts';
import { expiryAfter, type Lifetimes } from './lifetimes.ts';
import type { Committed } from './tree.ts';

export type TopRole = Exclude<KeyRole, 'bundles'>;

/** The next root, unsigned: as before but for the version, the expiry and the keys of a role. */
export function nextRoot(
  { root }: Committed,
  lifetimes: Lifetimes,
  change?: {
    readonly role: TopRole;
    readonly keyIds: readonly string[];
    readonly added: readonly SigningKey[];
  },
): Metadata<Root> {
  const { signed } = root;
  const roles = Object.fromEntries(
    Object.entries(signed.roles).map(([name, role]) => [
      name,
      { ...role.toJSON(), ...(name === change?.role ? { keyids: [...change.keyIds] } : {}) },
    ]),
  );
  const known = new Map(Object.entries(signed.keys));
  for (const { publicKey } of change?.added ?? []) known.set(publicKey.keyID, publicKey);
  const used = Object.values(roles).flatMap((role) => role.keyids as string[]);
  const keys = [...new Set(used)].flatMap((id) => {
    const key = known.get(id);
    return key ? [[id, key.toJSON()] as const] : [];
  });
  const json = {
    ...signed.toJSON(),
    version: signed.version + 1,
    expires: expiryAfter(lifetimes.root),
    roles,
    keys: Object.fromEntries(keys),
  };
  return new Metadata(Root.fromJSON(json));
}

/** The next targets, unsigned: with the delegation as it is, or to other keys. */
export function nextTargets(
  { targets }: Committed,
  version: number,
  lifetimes: Lifetimes,
  online?: readonly SigningKey[],
): Metadata<Targets> {
  const { numberOfBins } = delegationOf(targets);
  if (online) return new Metadata(delegatingTargets(version, numberOfBins, online, lifetimes));
  const expires = expiryAfter(lifetimes.targets);
  return new Metadata(Targets.fromJSON({ ...targets.signed.toJSON(), version, expires }));
}
