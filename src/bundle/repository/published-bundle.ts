import { parseCustom, type SignedCustom } from '../custom.ts';
import { targetPathOf } from '../group.ts';
import { delegationOf } from './delegation.ts';
import { Tree } from './tree.ts';

/** What a repository holds for a group; signatures are not checked. */
export interface PublishedBundle extends SignedCustom {
  readonly timestampVersion: number;
}

/** @returns Undefined if nothing is published for the group. @throws {Error} if the repository is not whole */
export async function publishedBundle(
  repository: string,
  group: string,
): Promise<PublishedBundle | undefined> {
  const path = targetPathOf(group);
  const tree = new Tree(repository);
  const { targets, snapshot, timestamp } = await tree.read();
  const bin = await tree.readTargets(snapshot, delegationOf(targets).getRoleForTarget(path));
  const target = bin.signed.targets[path];
  if (!target) return undefined;
  return { ...parseCustom(target.custom), timestampVersion: timestamp.signed.version };
}
