import { checkNames } from './check-names.ts';
import { checkReferences } from './check-references.ts';
import { checkRequirements } from './check-requirements.ts';
import { checkResolvers } from './check-resolvers.ts';
import { checkSelectors } from './check-selectors.ts';
import { checkUnused } from './check-unused.ts';
import { checkWorkloads } from './check-workloads.ts';
import type { Draft, Entries } from './draft.ts';
import { Findings } from './findings.ts';

/**
 * What must hold between documents. `complete`: every file could be read as YAML; what depends on documents that are
 * not there is not checked otherwise, for it would only repeat that they are missing.
 */
export function checkSet(
  drafts: readonly Draft[],
  entries: Entries,
  { complete }: { readonly complete: boolean },
): Findings {
  const findings = new Findings();
  checkNames(drafts, findings);
  checkWorkloads(entries.agents, findings);
  checkSelectors(entries.agents, findings);
  // A document that is no known kind, or has no name, may be the one that others refer to.
  if (!complete || drafts.some(({ kind, name }) => !kind || !name)) return findings;
  checkReferences(drafts, entries, findings);
  if (drafts.some(({ says }) => says === undefined)) return findings;
  checkResolvers(entries, findings);
  checkRequirements(entries, findings);
  checkUnused(drafts, entries, findings);
  return findings;
}
