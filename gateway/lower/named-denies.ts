import { reasonCode } from '../../src/rules/index.ts';
import { constants } from '../layout/index.ts';
import { type CandidateList, candidateList } from './candidate-list.ts';
import { conditionKey } from './condition.ts';
import type { OrderedClause } from './ordered-clause.ts';
import { isQuicLine } from './quic.ts';

const { DECISION_DENY, PROTO_TCP, MAX_NAMED_DENIES } = constants;

/**
 * What denies by host say of port and circumstances, whatever the host: before the ClientHello is there, it tells
 * whether some server name could make one match (rule D3). Where they say too many things, they may match anything.
 */
export function namedDenies(clauses: readonly OrderedClause[]): CandidateList {
  const distinct = new Map<string, OrderedClause>();
  for (const clause of clauses) {
    if (clause.to.kind !== 'host' || clause.decision !== DECISION_DENY || isQuicLine(clause))
      continue;
    const boxes = clause.boxes.filter(({ protocols }) => protocols & PROTO_TCP);
    if (boxes.length === 0) continue;
    const ports = boxes.map(({ low, high }) => `${low}-${high}`).join();
    const key = `${ports} ${clause.condition ? conditionKey(clause.condition) : ''}`;
    if (!distinct.has(key)) distinct.set(key, said(clause, boxes));
  }
  const lines = [...distinct.values()];
  const [first] = lines;
  if (!first || lines.length <= MAX_NAMED_DENIES) return candidateList(lines);
  const everything = [{ protocols: PROTO_TCP, low: 0, high: 65535 }];
  return candidateList([{ ...first, boxes: everything, condition: null }]);
}

/** Only its rank matters: agents whose denies are alike share the list. */
function said(clause: OrderedClause, boxes: OrderedClause['boxes']): OrderedClause {
  const line = { decision: DECISION_DENY, reason: reasonCode.denied, flags: 0 };
  return { ...clause, ...line, boxes, clause: null, liftable: false };
}
