export { idleClauses } from './idle-clauses.ts';
