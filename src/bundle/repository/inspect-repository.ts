import { parseCustom, type SignedCustom } from '../custom.ts';
import type { KeyRole } from '../keys/index.ts';
import { delegationOf } from './delegation.ts';
import { binsOf } from './renew-repository.ts';
import { Tree } from './tree.ts';

export interface RoleFacts {
  readonly role: KeyRole;
  readonly version: number | null;
  readonly expires: string;
  readonly threshold: number;
  readonly keyIds: readonly string[];
}

/** What a repository holds; signatures are not checked. */
export interface RepositoryFacts {
  readonly roles: readonly RoleFacts[];
  readonly groups: readonly SignedCustom[];
}

/** @throws {Error} if there is no repository, or not a whole one */
export async function inspectRepository(repository: string): Promise<RepositoryFacts> {
  const tree = new Tree(repository);
  await tree.checkExists();
  const found = await tree.read();
  const top = (['root', 'targets', 'snapshot', 'timestamp'] as const).map((role): RoleFacts => {
    const { keyIDs = [], threshold = 0 } = found.root.signed.roles[role] ?? {};
    const { version, expires } = found[role].signed;
    return { role, version, expires, threshold, keyIds: keyIDs };
  });
  const bins = await Promise.all(
    binsOf(found).map((role) => tree.readTargets(found.snapshot, role)),
  );
  const { keyIDs, threshold } = delegationOf(found.targets);
  const [expires = ''] = bins.map(({ signed }) => signed.expires).toSorted();
  const bundles: RoleFacts = { role: 'bundles', version: null, expires, threshold, keyIds: keyIDs };
  const groups = bins.flatMap(({ signed }) =>
    Object.values(signed.targets).map(({ custom }) => parseCustom(custom)),
  );
  return {
    roles: [...top, bundles],
    groups: groups.toSorted((a, b) => (a.group < b.group ? -1 : 1)),
  };
}
