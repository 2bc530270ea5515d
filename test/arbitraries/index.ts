export { policySets } from './policy-sets.ts';
export { type Case, ruleSetWithFlows } from './rule-set-with-flows.ts';
