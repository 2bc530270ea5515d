import type { CandidateList, ListMaker } from './candidate-list.ts';
import type { OrderedClause } from './ordered-clause.ts';

/** What clauses say that name an agent as the other side. */
export interface PeerList {
  readonly agent: string;
  readonly list: CandidateList;
}

/** Sorted by name. */
export function lowerPeers(clauses: readonly OrderedClause[], makeList: ListMaker): PeerList[] {
  const byAgent = Map.groupBy(clauses, ({ to }) => (to.kind === 'agent' ? to.agent : undefined));
  return [...byAgent]
    .flatMap(([agent, own]) => (agent === undefined ? [] : [{ agent, list: makeList(own) }]))
    .sort((a, b) => (a.agent < b.agent ? -1 : 1));
}
