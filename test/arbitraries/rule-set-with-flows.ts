import fc from 'fast-check';
import type { PolicySet } from '../../src/policy/index.ts';
import { compile, type Flow, type Question, type RuleSet } from '../../src/rules/index.ts';
import { flows } from './flows.ts';
import { policySets } from './policy-sets.ts';
import { questions } from './questions.ts';

export interface Case {
  readonly policySet: PolicySet;
  readonly ruleSet: RuleSet;
  readonly items: readonly (Flow | Question)[];
}

/** Rules together with flows and questions that hit their edges; a question is told by its `type`. */
export function ruleSetWithFlows(): fc.Arbitrary<Case> {
  return policySets().chain((policySet) =>
    fc
      .array(
        fc.oneof(
          { weight: 5, arbitrary: flows(policySet) },
          { weight: 1, arbitrary: questions(policySet) },
        ),
        { minLength: 4, maxLength: 24 },
      )
      .map((items) => ({ policySet, ruleSet: compile(policySet), items })),
  );
}
