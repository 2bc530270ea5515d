export { registrations, startOfTime } from './alphabet.ts';
export { type EditedPolicySets, editedPolicySets } from './edited-policy-sets.ts';
export { wholeFlows } from './flows.ts';
export { wholePolicySets } from './policy-sets.ts';
export { type WholeCase, wholeQuestions, wholeRuleSetWithFlows } from './rule-set-with-flows.ts';
