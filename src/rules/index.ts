export { compile } from './compile.ts';
export { ruleSetDigest } from './digest.ts';
export { createEvaluator, decide, decideQuestion, type Evaluator } from './evaluator.ts';
export type { Flow, Question, Verdict } from './flow.ts';
export { packetSource } from './packet-source.ts';
export { questionTypeCode } from './question-type.ts';
export { type Reason, reasonCode, reasons } from './reasons.ts';
export type { AgentRules, Clause, Destination, GuardrailRules, RuleSet } from './rule-set.ts';
export { serialiseRuleSet } from './serialise.ts';
