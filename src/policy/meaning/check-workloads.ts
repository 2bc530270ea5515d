import { type Cidr, cidrsOverlap, compareCidrs, formatCidr } from '../cidr.ts';
import type { AgentPolicy } from '../policy-set.ts';
import { agentsOf, type Draft, type PolicyDraft } from './draft.ts';

interface Claim {
  readonly draft: PolicyDraft<AgentPolicy>;
  readonly cidr: Cidr;
  readonly index: number;
}

interface OpenClaim extends Claim {
  /** The nearest claim around this one that is another agent's. */
  readonly around: Claim | undefined;
}

/**
 * Workloads of two agents must not overlap (rule K10). CIDRs are nested or disjoint, so in sorted order a stack of
 * those that are still open finds every overlap in n log n.
 */
export function checkWorkloads(drafts: readonly Draft[]): void {
  const claims = agentsOf(drafts)
    .flatMap((draft) =>
      draft.policy.workloads.cidrs.map((cidr, index): Claim => ({ draft, cidr, index })),
    )
    .sort((a, b) => compareCidrs(a.cidr, b.cidr));
  const open: OpenClaim[] = [];
  for (const claim of claims) {
    let top = open.at(-1);
    while (top && !cidrsOverlap(top.cidr, claim.cidr)) {
      open.pop();
      top = open.at(-1);
    }
    const around = top && (top.draft === claim.draft ? top.around : top);
    if (around) report(claim, around);
    open.push({ ...claim, around });
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
