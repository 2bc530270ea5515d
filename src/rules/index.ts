export { builtinName } from './builtin-guardrail.ts';
export {
  bytesText,
  clauseText,
  ingressClauseText,
  portsText,
  windowText,
} from './clause-text.ts';
export { compile } from './compile.ts';
export { compileChanged } from './compile-changed.ts';
export { ruleSetDigest } from './digest.ts';
export { type ExplainedStep, type Explanation, explain } from './explain/index.ts';
export type {
  Circumstances,
  Flow,
  Question,
  Registration,
  Registrations,
  Verdict,
} from './flow.ts';
export {
  askedAddress,
  createEvaluator,
  decide,
  decideQuestion,
  type Evaluator,
  type EvaluatorOptions,
  OwnerIndex,
  packetSource,
  questionTypeCode,
  type Traits,
  unwrapNat64,
} from './judge/index.ts';
export { type NotHeld, notHeld } from './not-held.ts';
export { parseRuleSet, RuleSetError } from './parse-rule-set.ts';
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
export { rulesForGroup } from './rules-for-group.ts';
export { serialiseRuleSet } from './serialise.ts';
export { specialUse } from './special-use.ts';
export { expiryInstant, inWindow, type Span, windowSpans } from './time/index.ts';
