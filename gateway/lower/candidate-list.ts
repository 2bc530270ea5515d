import { constants } from '../layout/index.ts';
import type { OrderedClause } from './ordered-clause.ts';
import { boxHolds, type PortBox, subtractBoxes } from './port-boxes.ts';

/** One line of a list: if protocol and port match, the clause decides. */
export interface Candidate extends PortBox {
  readonly rank: number;
  readonly clause: string | null;
  readonly decision: number;
  readonly reason: number;
  readonly flags: number;
}

/** Candidates in order of rank. */
export type CandidateList = readonly Candidate[];

const mostCandidates = constants.CANDIDATES_PER_BLOCK * constants.MAX_BLOCKS;

export class LoweringError extends Error {
  override readonly name = 'LoweringError';
}

/**
 * The list for destinations to which exactly these clauses apply. What an earlier clause decides already is left
 * out, and built-in denies give way to the guardrail allows among them (rule D7).
 * @throws LoweringError when more clauses apply to one destination than the kernel will walk
 */
export function candidateList(clauses: readonly OrderedClause[]): CandidateList {
  const lifted = clauses.filter(({ lifts }) => lifts).flatMap(({ boxes }) => boxes);
  const list: Candidate[] = [];
  for (const clause of clauses) {
    const boxes = clause.liftable ? subtractBoxes(clause.boxes, lifted) : clause.boxes;
    for (const box of boxes) {
      if (!list.some((earlier) => decides(earlier) && boxHolds(earlier, box))) {
        list.push(candidate(clause, box));
      }
    }
  }
  if (list.length > mostCandidates) {
    throw new LoweringError(
      `${list.length} port ranges of ${clauses[0]?.clause ?? 'one agent'} and others apply to one destination; ` +
        `at most ${mostCandidates} can. Merge clauses, or name ranges instead of single ports.`,
    );
  }
  return list;
}

function decides({ flags }: Candidate): boolean {
  return (flags & constants.CANDIDATE_NOTE) === 0;
}

function candidate(clause: OrderedClause, box: PortBox): Candidate {
  const { rank, clause: id, decision, reason, flags } = clause;
  return { ...box, rank, clause: id, decision, reason, flags };
}

/** The same text for the same list: lists are shared wherever they are equal. */
export function listKey(list: CandidateList): string {
  return list
    .map((c) =>
      [c.rank, c.clause, c.protocols, c.low, c.high, c.decision, c.reason, c.flags].join(' '),
    )
    .join('\n');
}
