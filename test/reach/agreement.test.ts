import fc from 'fast-check';
import { expect, it } from 'vitest';
import { replay, runs } from '../kernel/runs.ts';
import { compareDecisions } from './compare-decisions.ts';
import { editedCases } from './edited-cases.ts';

it('a decision differs exactly where one region says so', { timeout: 7_200_000 }, () => {
  const seen = { flows: 0, questions: 0, otherwise: 0 };
  fc.assert(
    fc.property(editedCases(), (edited) => {
      const compared = compareDecisions(edited);
      expect(compared.mismatches).toEqual([]);
      for (const key of ['flows', 'questions', 'otherwise'] as const) seen[key] += compared[key];
    }),
    replay(runs(400)),
  );
  console.info(
    `diff and evaluator agree on ${seen.flows} flows and ${seen.questions} questions, ${seen.otherwise} of them decided otherwise`,
  );
  // Nothing is shown by points that no edit concerns.
  expect(seen.otherwise).toBeGreaterThan((seen.flows + seen.questions) / 50);
});
