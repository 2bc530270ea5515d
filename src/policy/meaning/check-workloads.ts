import { type Cidr, cidrsOverlap, compareCidrs, formatCidr } from '../cidr.ts';
import type { AgentPolicy } from '../policy-set.ts';
import { agentsOf, type Draft, type PolicyDraft } from './draft.ts';

interface Claim {
  readonly draft: PolicyDraft<AgentPolicy>;
  readonly cidr: Cidr;
  readonly index: number;
}

/**
 * Workloads of two agents must not overlap (rule K10). Sorted CIDRs are nested or disjoint, so a stack of those that
 * are still open finds what overlaps in n log n.
 */
export function checkWorkloads(drafts: readonly Draft[]): void {
  const claims = agentsOf(drafts)
    .flatMap((draft) =>
      draft.policy.workloads.cidrs.map((cidr, index): Claim => ({ draft, cidr, index })),
    )
    .sort((a, b) => compareCidrs(a.cidr, b.cidr));
  const open: Claim[] = [];
  for (const claim of claims) {
    while (open.length > 0 && !cidrsOverlap((open.at(-1) as Claim).cidr, claim.cidr)) open.pop();
    const other = open.findLast(({ draft }) => draft !== claim.draft);
    if (other) report(claim, other);
    open.push(claim);
  }
}

function report({ draft, cidr, index }: Claim, other: Claim): void {
  const { file, line } = other.draft.policy.position;
  draft.reader.fault(
    'workloadOverlap',
    ['spec', 'workloads', 'cidrs', index],
    `${formatCidr(cidr)} overlaps ${formatCidr(other.cidr)} of \`AgentPolicy/${other.draft.policy.metadata.name}\` (${file}:${line})`,
    'give every address to one agent only',
  );
}
