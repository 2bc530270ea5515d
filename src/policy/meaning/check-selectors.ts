import type { AgentPolicy } from '../policy-set.ts';
import type { Entry } from './draft.ts';
import type { Findings } from './findings.ts';

interface Claim {
  readonly entry: Entry<AgentPolicy>;
  readonly labels: ReadonlyMap<string, string>;
}

/**
 * No workload may be two agents (rule K10): what registers with labels must not be able to bear those of two agents'
 * `workloads.selector` at once. Two selectors exclude each other only by different values of a label that both name.
 */
export function checkSelectors(agents: readonly Entry<AgentPolicy>[], findings: Findings): void {
  const claims = agents
    .map((entry): Claim => {
      return { entry, labels: new Map(Object.entries(entry.document.workloads.selector)) };
    })
    .filter(({ labels }) => labels.size > 0);
  for (const [claim, other] of overlaps(claims)) report(claim, other, findings);
}

/**
 * Of each claim the first before it that it overlaps. As long as all name one label and its values part them, only
 * those of one value need be compared.
 */
function overlaps(claims: readonly Claim[]): [Claim, Claim][] {
  const [first, ...others] = claims;
  if (!first || others.length === 0) return [];
  const parting = [...first.labels].find(
    ([key, value]) =>
      claims.every(({ labels }) => labels.has(key)) &&
      others.some(({ labels }) => labels.get(key) !== value),
  );
  if (parting) {
    const byValue = Map.groupBy(claims, ({ labels }) => labels.get(parting[0]));
    return [...byValue.values()].flatMap(overlaps);
  }
  return claims.flatMap((claim, index) => {
    const other = claims.find((one, place) => place === index || !excludes(one, claim));
    return other && other !== claim ? [[claim, other] as [Claim, Claim]] : [];
  });
}

function excludes({ labels }: Claim, other: Claim): boolean {
  for (const [key, value] of labels) {
    const its = other.labels.get(key);
    if (its !== undefined && its !== value) return true;
  }
  return false;
}

function report({ entry, labels }: Claim, other: Claim, findings: Findings): void {
  const { metadata } = other.entry.document;
  const { file, line } = other.entry.draft.places.selector;
  const holdsAll = [...other.labels.keys()].every((key) => labels.has(key));
  const name = `\`AgentPolicy/${metadata.name}\``;
  findings.report(entry.draft, 'workloadOverlap', entry.draft.places.selector, {
    message: holdsAll
      ? `a workload with these labels is ${name} as well (${file}:${line})`
      : `a workload can bear these labels and those of ${name} (${file}:${line})`,
    remedy: 'let the selectors of two agents differ in the value of a label that both name',
  });
}
