import { constants } from '../layout/index.ts';
import { type CandidateList, candidateList, LoweringError } from './candidate-list.ts';
import type { OrderedClause } from './ordered-clause.ts';
import { isQuicLine } from './quic.ts';

const { NAME_ADMITTED, NAME_REFUSED, NAME_OWN, NAME_EXACT, NAME_NOTED_DENY } = constants;
const { CANDIDATE_NOTE, CANDIDATE_GUARDRAIL_DENY, DECISION_ALLOW } = constants;

/** What holds for names at a certain distance below a suffix. */
export interface NameRule {
  readonly list: CandidateList;
  readonly phases: NamePhases;
}

/** Whether a name may be asked for, as time goes on; the last one has no end. */
export type NamePhases = readonly NamePhase[];

export interface NamePhase {
  /** First instant of the next phase, in milliseconds since 1970, UTC; `null` for the last, also while no time is known. */
  readonly until: number | null;
  /** SP_NAME_*. */
  readonly flags: number;
  /** The deny that refuses it. */
  readonly clause: string | null;
  /** What an audit guardrail would have said before. */
  readonly noted: string | null;
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
  const everywhere = allowingAny(clauses);
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
        everywhere,
      );
    return { suffix, labels: chain.length, beyond: [rule(0), rule(1), rule(2)] };
  });
}

/** What holds for names under no suffix: only `to: any` speaks of them (rule N2). */
export function otherNames(clauses: readonly OrderedClause[]): NamePhases {
  return namePhases(allowingAny(clauses));
}

function allowingAny(clauses: readonly OrderedClause[]): OrderedClause[] {
  return clauses.filter(
    (clause) =>
      clause.to.kind === 'any' && clause.decision === DECISION_ALLOW && !isQuicLine(clause),
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

function nameRule(
  clauses: readonly OrderedClause[],
  everywhere: readonly OrderedClause[],
): NameRule {
  const speakers = [...clauses, ...everywhere]
    .filter((c) => (c.decision === DECISION_ALLOW || c.unconditional) && !isQuicLine(c))
    .sort((a, b) => a.rank - b.rank);
  return { list: candidateList(clauses), phases: namePhases(speakers) };
}

/** Every expiry among the clauses that bear on a name begins a new phase; windows and principals do not (rule N2). */
function namePhases(speakers: readonly OrderedClause[]): NamePhases {
  const expiries = speakers.flatMap(({ condition }) => condition?.expires ?? []);
  const ends = [...new Set(expiries)].sort((a, b) => a - b);
  if (ends.length >= constants.MAX_NAME_PHASES) {
    throw new LoweringError(
      `The clauses that admit one name expire at ${ends.length} different times; ` +
        `at most ${constants.MAX_NAME_PHASES - 1} can be held. Let some expire together.`,
    );
  }
  return [...ends, null].map((until) => ({
    until,
    ...nameFlags(speakers.filter(outlasts(until))),
  }));
}

/** Whether a clause counts in the phase that ends then. */
function outlasts(until: number | null) {
  return ({ condition }: OrderedClause) =>
    condition?.expires === undefined || (until !== null && condition.expires >= until);
}

/** Which of the clauses that bear on a name decides whether it may be asked for: denies come first by rank. */
function nameFlags(speakers: readonly OrderedClause[]): Omit<NamePhase, 'until'> {
  const decider = speakers.find(({ flags }) => !(flags & CANDIDATE_NOTE));
  const observer = speakers.find(({ flags }) => flags & CANDIDATE_NOTE);
  const noted = observer && (!decider || observer.rank < decider.rank) ? observer.clause : null;
  const isExact = speakers.some(
    ({ to, decision, flags }) =>
      decision === DECISION_ALLOW &&
      !(flags & CANDIDATE_NOTE) &&
      to.kind === 'host' &&
      to.host.match === 'exact',
  );
  let flags = isExact ? NAME_EXACT : 0;
  if (noted !== null && observer?.decision !== DECISION_ALLOW) flags |= NAME_NOTED_DENY;
  if (decider?.decision === DECISION_ALLOW)
    return { flags: flags | NAME_ADMITTED, clause: null, noted };
  if (!decider) return { flags, clause: null, noted };
  flags |= NAME_REFUSED;
  if (!(decider.flags & CANDIDATE_GUARDRAIL_DENY)) flags |= NAME_OWN;
  return { flags, clause: decider.clause, noted };
}
