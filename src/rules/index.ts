export { builtinName } from './builtin-guardrail.ts';
export {
  bytesText,
  clauseText,
  destinationText,
  ingressClauseText,
  portsText,
  windowText,
} from './clause-text.ts';
export { compile } from './compile.ts';
export { ruleSetDigest } from './digest.ts';
export { createEvaluator, decide, decideQuestion, type Evaluator } from './evaluator.ts';
export type { Circumstances, Flow, Question, Registration, Verdict } from './flow.ts';
export { type NotHeld, notHeld } from './not-held.ts';
export { OwnerIndex } from './owner-index.ts';
export { unwrapNat64 } from './packet.ts';
export { packetSource } from './packet-source.ts';
export { parseRuleSet, RuleSetError } from './parse-rule-set.ts';
export { questionTypeCode } from './question-type.ts';
export { type Reason, reasonCode, reasons } from './reasons.ts';
export type {
  AgentRules,
  Clause,
  ClauseBudget,
  Destination,
  GatewayGroupRules,
  GuardrailRules,
  IngressClause,
  RouteRules,
  RuleProtocol,
  RuleSet,
} from './rule-set.ts';
export { serialiseRuleSet } from './serialise.ts';
export { expiryInstant, inWindow, type Span, windowSpans } from './time/index.ts';
