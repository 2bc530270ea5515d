export { budgetKey, type LoweredBudget } from './budget.ts';
export { type Candidate, type CandidateList, LoweringError } from './candidate-list.ts';
export { type Condition, conditionKey, windowKey } from './condition.ts';
export {
  type AgentTables,
  type Bound,
  type LoweredAgent,
  type LoweredRules,
  lower,
  type TablesSource,
} from './lower.ts';
export type { NamePhases, SuffixRules } from './lower-suffixes.ts';
export { principalBits } from './principals.ts';
export { type LoweredRoute, routesOf } from './route.ts';
