import { type Cidr, cidrsOverlap, compareCidrs, formatCidr } from '../cidr.ts';
import type { AgentPolicy } from '../policy-set.ts';
import type { Position } from '../problem.ts';
import type { Entry } from './draft.ts';
import type { Findings } from './findings.ts';

interface Claim {
  readonly entry: Entry<AgentPolicy>;
  readonly cidr: Cidr;
  readonly position: Position;
}

interface OpenClaim extends Claim {
  /** The nearest claim around this one that is another agent's. */
  readonly around: Claim | undefined;
}

/**
 * Addresses of two agents must not overlap (rule K10). CIDRs are nested or disjoint, so in sorted order a stack of
 * those that are still open finds every overlap in n log n.
 */
export function checkWorkloads(agents: readonly Entry<AgentPolicy>[], findings: Findings): void {
  const claims = agents.flatMap(claimsOf).sort((a, b) => compareCidrs(a.cidr, b.cidr));
  const open: OpenClaim[] = [];
  for (const claim of claims) {
    let top = open.at(-1);
    while (top && !cidrsOverlap(top.cidr, claim.cidr)) {
      open.pop();
      top = open.at(-1);
    }
    const around = top && (top.entry === claim.entry ? top.around : top);
    if (around) report(claim, around, findings);
    open.push({ ...claim, around });
  }
}

function claimsOf(entry: Entry<AgentPolicy>): Claim[] {
  const { cidrs } = entry.document.workloads;
  const places = entry.draft.places.cidrs;
  return cidrs.map((cidr, index) => ({
    entry,
    cidr,
    // Where one of them could not be read, the places do not go with what is left.
    position: (places.length === cidrs.length && places[index]) || entry.document.position,
  }));
}

function report({ entry, cidr, position }: Claim, other: Claim, findings: Findings): void {
  const { metadata } = other.entry.document;
  const { file, line } = other.position;
  findings.report(entry.draft, 'workloadOverlap', position, {
    message: `${formatCidr(cidr)} overlaps ${formatCidr(other.cidr)} of \`AgentPolicy/${metadata.name}\` (${file}:${line})`,
    remedy: 'give every address to one agent only',
  });
}
