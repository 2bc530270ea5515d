import { checkNames } from './check-names.ts';
import { checkResolvers, checkSelectors } from './check-resolvers.ts';
import { checkWorkloads } from './check-workloads.ts';
import type { Draft } from './draft.ts';

/**
 * What must hold between documents. `complete`: every file could be read as YAML; what depends on documents that are
 * not there is not checked otherwise, for it would only repeat that they are missing.
 */
export function checkSet(drafts: readonly Draft[], complete: boolean): void {
  checkNames(drafts);
  checkWorkloads(drafts);
  if (!complete || drafts.some(({ policy }) => policy === undefined)) return;
  checkResolvers(drafts);
  checkSelectors(drafts);
}
