export { idleClauses } from './idle-clauses.ts';
export { reachOf, whoReaches } from './reach-of.ts';
