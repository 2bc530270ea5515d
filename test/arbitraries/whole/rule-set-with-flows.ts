import fc from 'fast-check';
import type { PolicySet } from '../../../src/policy/index.ts';
import { compile, type Flow, type Question, type RuleSet } from '../../../src/rules/index.ts';
import { questions } from '../questions.ts';
import { instants, wholeFlows } from './flows.ts';
import { wholePolicySets } from './policy-sets.ts';

export interface WholeCase {
  readonly policySet: PolicySet;
  readonly ruleSet: RuleSet;
  /** To be judged with the `registrations` of the alphabet; a question is told by its `type`. */
  readonly items: readonly (Flow | Question)[];
}

/** Rules of the whole language together with flows and questions that hit their edges. */
export function wholeRuleSetWithFlows(): fc.Arbitrary<WholeCase> {
  return wholePolicySets().chain((policySet) =>
    fc
      .array(
        fc.oneof(
          { weight: 6, arbitrary: wholeFlows(policySet) },
          { weight: 1, arbitrary: wholeQuestions(policySet) },
        ),
        { minLength: 4, maxLength: 24 },
      )
      .map((items) => ({ policySet, ruleSet: compile(policySet), items })),
  );
}

export function wholeQuestions(policySet: PolicySet): fc.Arbitrary<Question> {
  return fc
    .tuple(questions(policySet), instants())
    .map(([question, when]) => ({ ...question, ...when }));
}
