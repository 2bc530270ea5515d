import { compareBytes } from '../compare-bytes.ts';
import type { AgentPolicy, Labels } from '../policy-set.ts';
import type { Entry } from './draft.ts';
import type { Findings } from './findings.ts';

interface Claim {
  readonly entry: Entry<AgentPolicy>;
  /** Place in the order of reading. */
  readonly index: number;
  /** The selector as `key=value`. */
  readonly labels: ReadonlySet<string>;
}

/**
 * No agent's `workloads.selector` may hold all labels of another's: what registers as the one would be the other as
 * well (rule K10). Each claim is filed under the rarest of its labels, so that few are compared.
 */
export function checkSelectors(agents: readonly Entry<AgentPolicy>[], findings: Findings): void {
  const claims = agents
    .map((entry, index): Claim => {
      return { entry, index, labels: labelsOf(entry.document.workloads.selector) };
    })
    .filter(({ labels }) => labels.size > 0);
  const count = new Map<string, number>();
  for (const { labels } of claims) {
    for (const label of labels) count.set(label, (count.get(label) ?? 0) + 1);
  }
  const filed = Map.groupBy(claims, ({ labels }) => rarest(labels, count));
  for (const claim of claims) {
    for (const label of claim.labels) {
      const other = filed.get(label)?.find((one) => holdsAllOf(claim, one));
      if (!other) continue;
      report(claim, other, findings);
      break;
    }
  }
}

/** Of two equal selectors only the one that is read later holds the other. */
function holdsAllOf(claim: Claim, other: Claim): boolean {
  if (other.labels.size === claim.labels.size && other.index >= claim.index) return false;
  return [...other.labels].every((label) => claim.labels.has(label));
}

function rarest(labels: ReadonlySet<string>, count: ReadonlyMap<string, number>): string {
  const [first = ''] = [...labels].sort(
    (a, b) => (count.get(a) ?? 0) - (count.get(b) ?? 0) || compareBytes(a, b),
  );
  return first;
}

function labelsOf(selector: Labels): ReadonlySet<string> {
  return new Set(Object.entries(selector).map(([key, value]) => `${key}=${value}`));
}

function report({ entry }: Claim, other: Claim, findings: Findings): void {
  const { metadata } = other.entry.document;
  const { file, line } = other.entry.draft.places.selector;
  findings.report(entry.draft, 'workloadOverlap', entry.draft.places.selector, {
    message: `a workload with these labels is \`AgentPolicy/${metadata.name}\` as well (${file}:${line})`,
    remedy: 'let the selectors of two agents differ in the value of a label that both name',
  });
}
