import { constants } from '../layout/index.ts';
import { type Condition, conditionKey } from './condition.ts';
import type { OrderedClause } from './ordered-clause.ts';
import { boxHolds, type PortBox, subtractBoxes } from './port-boxes.ts';
import { isQuicLine } from './quic.ts';

/** One line of a list: if protocol, port and condition hold, the clause decides. */
export interface Candidate extends PortBox {
  readonly rank: number;
  readonly clause: string | null;
  readonly decision: number;
  readonly reason: number;
  readonly flags: number;
  readonly condition: Condition | null;
  readonly budget: OrderedClause['budget'];
  readonly route: OrderedClause['route'];
}

/** Candidates in order of rank. */
export type CandidateList = readonly Candidate[];

/** Makes the list for a destination out of the clauses that apply to it. */
export type ListMaker = (clauses: readonly OrderedClause[]) => CandidateList;

const { CANDIDATE_NOTE, CANDIDATE_LIFT, CANDIDATE_LIFTABLE, DECISION_ALLOW } = constants;
const mostCandidates = constants.CANDIDATES_PER_BLOCK * constants.MAX_BLOCKS;

export class LoweringError extends Error {
  override readonly name = 'LoweringError';
}

/**
 * The list for destinations to which exactly these clauses apply. What an earlier clause decides already is left
 * out, and built-in denies give way to the guardrail allows among them (rule D7): where such an allow has a condition,
 * a line before them says so.
 * @param more lines to stand at the end
 * @throws LoweringError when more clauses apply to one destination than the kernel will walk
 */
export function candidateList(
  clauses: readonly OrderedClause[],
  more: readonly Candidate[] = [],
): CandidateList {
  const lifters = clauses.some(({ liftable }) => liftable)
    ? clauses.filter(({ lifts }) => lifts)
    : [];
  const lifted = lifters.filter(isUnconditional).flatMap(({ boxes }) => boxes);
  const list = lifters.filter((clause) => !isUnconditional(clause)).flatMap(liftingLines);
  const liftable = list.length > 0 ? CANDIDATE_LIFTABLE : 0;
  for (const clause of clauses) {
    const boxes = clause.liftable ? subtractBoxes(clause.boxes, lifted) : clause.boxes;
    const flags = clause.flags | (clause.liftable ? liftable : 0);
    for (const box of boxes) {
      const line = candidate({ ...clause, flags }, box);
      if (
        !list.some(
          (earlier) => (decides(earlier) && boxHolds(earlier, box)) || saysOfQuic(earlier, line),
        )
      ) {
        list.push(line);
      }
    }
  }
  list.push(...more);
  if (list.length > mostCandidates) {
    throw new LoweringError(
      `${list.length} port ranges of ${clauses[0]?.clause ?? 'one agent'} and others apply to one destination; ` +
        `at most ${mostCandidates} can. Merge clauses, or name ranges instead of single ports.`,
    );
  }
  return list;
}

function isUnconditional({ condition }: Pick<Candidate, 'condition'>): boolean {
  return condition === null;
}

/** Whether nothing that comes later matters where the line matches. */
function decides(line: Candidate): boolean {
  const { flags, condition } = line;
  const leaves = flags & (CANDIDATE_NOTE | CANDIDATE_LIFT | CANDIDATE_LIFTABLE);
  return leaves === 0 && !condition && !isQuicLine(line);
}

/** Whether a line says of QUIC what an earlier one has said: their ranks do not matter. */
function saysOfQuic(earlier: Candidate, line: Candidate): boolean {
  if (!isQuicLine(line) || !isQuicLine(earlier) || earlier.decision !== line.decision) return false;
  const key = ({ condition }: Candidate) => (condition ? conditionKey(condition) : '');
  return key(earlier) === key(line);
}

function liftingLines({ boxes, condition }: OrderedClause): Candidate[] {
  const said = {
    rank: 0,
    clause: null,
    decision: DECISION_ALLOW,
    reason: 0,
    budget: null,
    route: null,
  };
  return boxes.map((box) => ({ ...box, ...said, flags: CANDIDATE_LIFT, condition }));
}

function candidate(clause: OrderedClause, box: PortBox): Candidate {
  const { rank, clause: id, decision, reason, flags, condition, budget, route } = clause;
  return { ...box, rank, clause: id, decision, reason, flags, condition, budget, route };
}
