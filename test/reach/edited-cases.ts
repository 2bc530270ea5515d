import fc from 'fast-check';
import type { PolicySet } from '../../src/policy/index.ts';
import type { Flow, Question } from '../../src/rules/index.ts';
import { editedPolicySets, wholeFlows, wholeQuestions } from '../arbitraries/whole/index.ts';
import type { Counted } from './reach-points.ts';

/** Two versions of a policy folder with flows and questions at the edges of either. */
export interface EditedCase {
  readonly before: PolicySet;
  readonly after: PolicySet;
  readonly flows: readonly Flow[];
  readonly questions: readonly Question[];
  /** What is counted against the budgets of some clauses. */
  readonly counted: readonly Counted[];
}

export function editedCases(): fc.Arbitrary<EditedCase> {
  return editedPolicySets().chain(({ before, after }) =>
    fc.record({
      before: fc.constant(before),
      after: fc.constant(after),
      flows: many(fc.oneof(wholeFlows(before), wholeFlows(after)), 40),
      questions: many(fc.oneof(wholeQuestions(before), wholeQuestions(after)), 12),
      counted: many(counted(), 5),
    }),
  );
}

/** What was counted in an hour was counted in its day, and so on. */
function counted(): fc.Arbitrary<Counted> {
  const amount = fc.constantFrom(0, 1, 8_000_000, 499_999_999, 500_000_000, 900_000_000);
  return many(amount, 4).map(([a = 0, b = 0, c = 0, d = 0]) => {
    const [hour, day] = [a, Math.max(a, b)];
    return { hour, day, week: Math.max(day, c), month: Math.max(day, d) };
  });
}

function many<T>(one: fc.Arbitrary<T>, length: number): fc.Arbitrary<T[]> {
  return fc.array(one, { minLength: length, maxLength: length });
}
