import { describe, expect, it } from 'vitest';
import { isQuestion } from '../../src/flow-lines/index.ts';
import { createEvaluator, explain } from '../../src/rules/index.ts';
import { loadVectors } from '../vectors/load-vectors.ts';

describe.each(loadVectors())('$name: $title', ({ ruleSet, registrations, cases }) => {
  const evaluator = createEvaluator(ruleSet, { registrations });

  it.each(cases)('$title', ({ item, expect: expected }) => {
    const verdict = isQuestion(item) ? evaluator.decideQuestion(item) : evaluator.decide(item);
    expect(verdict).toMatchObject(expected);
    if (!isQuestion(item)) {
      expect(explain(ruleSet, item, { registrations }).verdict).toEqual(verdict);
    }
  });
});
