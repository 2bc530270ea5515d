import type { Flow, Question, Registration, Verdict } from '../flow.ts';
import type { RuleSet } from '../rule-set.ts';
import { judgeFlow } from './judge-flow.ts';
import { judgeQuestion } from './judge-question.ts';
import { parseRules } from './parse-rules.ts';

/** Answers for one RuleSet. Never throws for a RuleSet that compile or parseRuleSet returned. */
export interface Evaluator {
  decide(flow: Flow): Verdict;
  decideQuestion(question: Question): Verdict;
}

/** What an evaluator is told of the world beside the rules. */
export interface EvaluatorOptions {
  /**
   * Addresses of workloads that have registered. One inside an agent's CIDRs stays that agent's; one for an agent
   * without a selector, or for none that there is, counts for nothing.
   */
  readonly registrations?: readonly Registration[];
}

/** Parses the rules once; use it for many flows. */
export function createEvaluator(
  ruleSet: RuleSet,
  { registrations }: EvaluatorOptions = {},
): Evaluator {
  const rules = parseRules(ruleSet, registrations);
  return {
    decide: (flow) => judgeFlow(rules, flow),
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
