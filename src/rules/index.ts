export type { Flow, Question, Verdict } from './flow.ts';
export { type Reason, reasonCode, reasons } from './reasons.ts';
export type { AgentRules, Clause, Destination, GuardrailRules, RuleSet } from './rule-set.ts';
