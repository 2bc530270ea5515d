import { type AddressRanges, rangesCover } from '../address-ranges.ts';
import type { AgentPolicy, PolicyClause } from '../policy-set.ts';

/**
 * Whether an allow clause lets a flow go beyond the trusted addresses (rule K11). A host may have any address; another
 * agent is inside where all its addresses are known to be; one that is not in `agents` is told of elsewhere.
 */
export function canLeave(
  { to }: PolicyClause,
  trusted: AddressRanges,
  agents: ReadonlyMap<string, AgentPolicy>,
): boolean {
  if (to.kind === 'cidr') return !rangesCover(trusted, to.cidr, to.except);
  if (to.kind !== 'agent') return true;
  const workloads = agents.get(to.agent)?.workloads;
  if (!workloads) return false;
  if (Object.keys(workloads.selector).length > 0) return true;
  return !workloads.cidrs.every((cidr) => rangesCover(trusted, cidr));
}
