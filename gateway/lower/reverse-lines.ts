import { constants } from '../layout/index.ts';
import { type Candidate, type CandidateList, candidateList } from './candidate-list.ts';
import type { Condition } from './condition.ts';
import type { OrderedClause } from './ordered-clause.ts';
import { isQuicLine } from './quic.ts';

const { CANDIDATE_NOTE, CANDIDATE_RESOLVER, DECISION_ALLOW, DECISION_DENY, PROTO_REVERSE } =
  constants;

/** The list for addresses that agents reach: what decides flows, and whether an address may be asked for its name. */
export function addressList(clauses: readonly OrderedClause[]): CandidateList {
  return candidateList(clauses, reverseLines(clauses));
}

/**
 * Rule N2, PTR: some unexpired allow holds the address, whatever its port, window or principal, and no unconditional
 * deny does. The first line that holds speaks for the list; a denial of another list of the address counts too.
 */
function reverseLines(clauses: readonly OrderedClause[]): Candidate[] {
  const heard = clauses.filter(
    (clause) => !(clause.flags & (CANDIDATE_NOTE | CANDIDATE_RESOLVER)) && !isQuicLine(clause),
  );
  const denies = heard.filter(
    ({ unconditional, decision }) => unconditional && decision === DECISION_DENY,
  );
  const allows = heard.filter(({ decision }) => decision === DECISION_ALLOW);
  if (denies.some(({ liftable }) => !liftable)) return [line(DECISION_DENY, null)];
  if (denies.length === 0) return untilLast(allows);
  return [...untilLast(allows.filter(({ lifts }) => lifts)), line(DECISION_DENY, null)];
}

/** An allow for as long as one of the clauses is left. */
function untilLast(clauses: readonly OrderedClause[]): Candidate[] {
  if (clauses.length === 0) return [];
  const expiries = clauses.map(({ condition }) => condition?.expires ?? Number.POSITIVE_INFINITY);
  const expires = Math.max(...expiries);
  return [line(DECISION_ALLOW, Number.isFinite(expires) ? { expires } : null)];
}

function line(decision: number, condition: Condition | null): Candidate {
  const nothing = {
    rank: 0,
    clause: null,
    budget: null,
    route: null,
    reason: 0,
    flags: 0,
    low: 0,
    high: 0,
  };
  return { ...nothing, protocols: PROTO_REVERSE, decision, condition };
}
