export { type ConditionName, failedConditions, type Role } from './conditions.ts';
export {
  createEvaluator,
  decide,
  decideQuestion,
  type Evaluator,
  type EvaluatorOptions,
} from './evaluator.ts';
export { judgeFlow } from './judge-flow.ts';
export { OwnerIndex } from './owner-index.ts';
export { type Packet, unwrapNat64 } from './packet.ts';
export { packetSource } from './packet-source.ts';
export type { ParsedClause, ParsedDestination } from './parse-clause.ts';
export { type ParsedRules, parseRules } from './parse-rules.ts';
export type { Considered, Stage } from './precedence.ts';
export { questionTypeCode } from './question-type.ts';
export { askedAddress } from './reverse-question.ts';
export { findSource } from './source.ts';
export type { Traits } from './traits.ts';
