import { isError } from '../problem.ts';
import { type Kind, kinds } from '../schema/index.ts';
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
 * What must hold between documents. `complete`: every file could be read as YAML. What depends on a document that
 * could not be read is not checked, for it would only repeat that it is missing.
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
  const isWhole = (...of: Kind[]) =>
    drafts.every(({ kind, says }) => says !== undefined || !kind || !of.includes(kind));
  if (isWhole('Guardrail'))
    checkResolvers(entries, findings, { agentsWhole: isWhole('AgentPolicy') });
  // A faulty block among the trusted would make every clause look as if it left them.
  if (drafts.every(({ kind, problems }) => kind !== 'Guardrail' || !problems.some(isError)))
    checkRequirements(entries, findings);
  if (isWhole(...kinds)) checkUnused(drafts, entries, findings);
  return findings;
}
