import type { Flow, Question, Registrations, Verdict } from '../flow.ts';
import type { RuleSet } from '../rule-set.ts';
import { judgeFlow } from './judge-flow.ts';
import { judgeQuestion } from './judge-question.ts';
import { parseRules } from './parse-rules.ts';
import type { Traits } from './traits.ts';

/** Answers for one RuleSet. Never throws for a RuleSet that compile or parseRuleSet returned. */
export interface Evaluator {
  /** @param traits Answers in place of the flow's `names`, `sni`, `onBehalfOf` and `spent`. */
  decide(flow: Flow, traits?: Traits): Verdict;
  decideQuestion(question: Question): Verdict;
}

/** What an evaluator is told of the world beside the rules. */
export interface EvaluatorOptions {
  /**
   * Addresses of workloads that have registered. One inside an agent's CIDRs stays that agent's; one for an agent
   * without a selector, or for none that there is, counts for nothing.
   */
  readonly registrations?: Registrations;
}

/** Parses the rules once; use it for many flows. */
export function createEvaluator(
  ruleSet: RuleSet,
  { registrations }: EvaluatorOptions = {},
): Evaluator {
  const rules = parseRules(ruleSet, registrations);
  return {
    decide: (flow, traits) => judgeFlow(rules, flow, { traits }),
    decideQuestion: (question) => judgeQuestion(rules, question),
  };
}

/**
 * The reference answer: what becomes of a flow, why, and by which clause. The data plane and the simulator answer alike.
 * `src` and `dst` are of one family; an `agent` without `src` sends from {@link packetSource}.
 */
export function decide(ruleSet: RuleSet, flow: Flow, options?: EvaluatorOptions): Verdict {
  return createEvaluator(ruleSet, options).decide(flow);
}

/** The reference answer for a DNS question to a resolver of the agent. */
export function decideQuestion(ruleSet: RuleSet, question: Question): Verdict {
  return createEvaluator(ruleSet).decideQuestion(question);
}
