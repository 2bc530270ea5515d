import type { HostPattern } from '../policy/index.ts';
import type { Clause, Flow } from '../rules/index.ts';

/**
 * Names that stand for all that a destination might have been called, where that was not recorded: one for every way
 * in which the host clauses can tell names apart. Patterns are nested or disjoint, so one name for each suffices.
 */
export function possibleNames(clauses: readonly Clause[], flow: Flow): string[] {
  const patterns = clauses.filter((clause) => mayConcern(clause, flow)).flatMap(hostOf);
  const label = freshLabel(patterns);
  return [...new Set(patterns.map((pattern) => nameUnder(pattern, label)))];
}

function mayConcern({ protocol, ports }: Clause, flow: Flow): boolean {
  if (protocol !== 'any' && protocol !== flow.protocol) return false;
  const { port } = flow;
  return (
    ports.length === 0 ||
    (port !== undefined && ports.some(([low, high]) => low <= port && port <= high))
  );
}

function hostOf({ to }: Clause): HostPattern[] {
  return to.kind === 'host' ? [to.host] : [];
}

/** A label that no pattern mentions. */
function freshLabel(patterns: readonly HostPattern[]): string {
  let label = 'any';
  while (patterns.some(({ suffix }) => suffix.includes(label))) label += '-';
  return label;
}

function nameUnder({ match, suffix }: HostPattern, label: string): string {
  if (match === 'exact') return suffix;
  return match === 'one' ? `${label}.${suffix}` : `${label}.${label}.${suffix}`;
}
