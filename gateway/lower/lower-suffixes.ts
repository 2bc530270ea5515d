import { constants } from '../layout/index.ts';
import { type CandidateList, candidateList } from './candidate-list.ts';
import type { OrderedClause } from './ordered-clause.ts';

const { NAME_ADMITTED, NAME_REFUSED, NAME_OWN, NAME_EXACT } = constants;
const { CANDIDATE_NOTE, CANDIDATE_GUARDRAIL_DENY, DECISION_ALLOW, DECISION_DENY } = constants;

/** What holds for names at a certain distance below a suffix. */
export interface NameRule {
  readonly list: CandidateList;
  /** SP_NAME_*: whether it may be asked for. */
  readonly flags: number;
  /** The deny that refuses it. */
  readonly clause: string | null;
}

export interface SuffixRules {
  readonly suffix: string;
  readonly labels: number;
  /** The suffix itself, one more label, two or more. */
  readonly beyond: readonly [NameRule, NameRule, NameRule];
}

/**
 * One entry for every suffix that a host pattern names. Only the longest suffix of a name is looked at, so each
 * entry holds what its ancestors grant too.
 */
export function lowerSuffixes(clauses: readonly OrderedClause[]): SuffixRules[] {
  const admitted = admitsAllNames(clauses) ? NAME_ADMITTED : 0;
  const bySuffix = new Map<string, OrderedClause[]>();
  for (const clause of clauses) {
    if (clause.to.kind !== 'host') continue;
    const { suffix } = clause.to.host;
    const own = bySuffix.get(suffix);
    if (own) own.push(clause);
    else bySuffix.set(suffix, [clause]);
  }
  return [...bySuffix.keys()].sort().map((suffix) => {
    const chain = suffixChain(suffix);
    const rule = (distance: number) =>
      nameRule(
        chain
          .flatMap((ancestor, above) => reaching(bySuffix.get(ancestor), above + distance))
          .sort((a, b) => a.rank - b.rank),
        admitted,
      );
    return { suffix, labels: chain.length, beyond: [rule(0), rule(1), rule(2)] };
  });
}

/** An enforcing `to: any` admits every name (rule N2). */
export function admitsAllNames(clauses: readonly OrderedClause[]): boolean {
  return clauses.some(
    ({ to, decision, flags }) =>
      to.kind === 'any' && decision === DECISION_ALLOW && (flags & CANDIDATE_NOTE) === 0,
  );
}

/** The suffix, its parent, and so on up to the last label. */
function suffixChain(suffix: string): string[] {
  const labels = suffix.split('.');
  return labels.map((_, i) => labels.slice(i).join('.'));
}

/** Clauses at a suffix that reach a name `distance` labels below it. */
function reaching(clauses: readonly OrderedClause[] | undefined, distance: number) {
  return (clauses ?? []).filter(({ to }) => {
    if (to.kind !== 'host') return false;
    const { match } = to.host;
    if (match === 'exact') return distance === 0;
    return match === 'one' ? distance === 1 : distance >= 1;
  });
}

function nameRule(clauses: readonly OrderedClause[], admitted: number): NameRule {
  const enforcing = clauses.filter(({ flags }) => (flags & CANDIDATE_NOTE) === 0);
  const allows = enforcing.filter(({ decision }) => decision === DECISION_ALLOW);
  const refusal = enforcing.find((c) => c.decision === DECISION_DENY && c.unconditional);
  let flags = admitted;
  if (allows.length > 0) flags |= NAME_ADMITTED;
  if (allows.some(({ to }) => to.kind === 'host' && to.host.match === 'exact')) flags |= NAME_EXACT;
  if (refusal) flags |= NAME_REFUSED;
  if (refusal && !(refusal.flags & CANDIDATE_GUARDRAIL_DENY)) flags |= NAME_OWN;
  return { list: candidateList(clauses), flags, clause: refusal?.clause ?? null };
}
