import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KernelJudge } from '../../gateway/judge/index.ts';
import { isQuestion } from '../../src/flow-lines/index.ts';
import {
  compile,
  createEvaluator,
  type Evaluator,
  rulesForGroup,
  type Verdict,
} from '../../src/rules/index.ts';
import { type Case, ruleSetWithFlows } from '../arbitraries/index.ts';
import { registrations, wholeRuleSetWithFlows } from '../arbitraries/whole/index.ts';
import { loadVectors } from '../vectors/load-vectors.ts';
import { describeKernel } from './availability.ts';
import { replay, runs } from './runs.ts';

describeKernel('the kernel and the evaluator', () => {
  let judge: KernelJudge;
  beforeAll(() => {
    judge = KernelJudge.load();
  });
  afterAll(() => judge.close());

  describe.each(loadVectors().map((vectors) => [vectors.name, vectors] as const))(
    'agree on the vectors %s',
    (_name, { ruleSet, registrations: registered, cases, notHeld }) => {
      if (notHeld.length > 0) {
        it.skip(`needs what the data plane does not hold: ${notHeld.join(', ')}`);
        it('are refused by name', async () => {
          await expect(judge.use(ruleSet)).rejects.toThrow(notHeld[0]);
        });
        return;
      }
      beforeAll(() => judge.use(ruleSet, registered));

      it.each(cases.map((one) => [one.title, one] as const))(
        '%s',
        (_title, { item, expect: e }) => {
          expect(judge.decide(item)).toMatchObject(e);
        },
      );
    },
  );

  it('agree on generated rules, flows and questions', { timeout: 3_600_000 }, async () => {
    const reasons = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(cases(), groups, async ({ policySet, items }, group) => {
        const ruleSet = rulesForGroup(compile(policySet), group);
        await judge.use(ruleSet, registrations);
        const evaluator = createEvaluator(ruleSet, { registrations });
        for (const item of items) {
          const expected = evaluate(evaluator, item);
          expect({ item, verdict: judge.decide(item) }).toEqual({ item, verdict: expected });
          reasons.set(expected.reason, (reasons.get(expected.reason) ?? 0) + 1);
        }
      }),
      replay(runs(1500)),
    );
    const total = [...reasons.values()].reduce((sum, count) => sum + count, 0);
    console.info(`kernel and evaluator agree on ${total} generated cases`);
    // Nothing is shown by cases that all end the same way.
    const usual = ['allowed', 'denied', 'no-clause', 'no-ingress', 'would-deny'];
    for (const reason of [...usual, 'dns-length']) {
      expect(reasons.get(reason) ?? 0, reason).toBeGreaterThan(total / 500);
    }
    expect(reasons.get('budget-spent') ?? 0, 'budget-spent').toBeGreaterThan(total / 2000);
  });
});

/** Whose gateway judges: one of a group that the policies may describe, or of none. */
const groups = fc.constantFrom('group-eu', 'group-us', 'group-none', 'other');

/** Rules of the whole language, whose clauses hold now and then, and simpler ones that decide more. */
function cases(): fc.Arbitrary<Pick<Case, 'policySet' | 'items'>> {
  return fc.oneof(
    { weight: 2, arbitrary: wholeRuleSetWithFlows() },
    { weight: 1, arbitrary: ruleSetWithFlows() },
  );
}

function evaluate(evaluator: Evaluator, item: Case['items'][number]): Verdict {
  return isQuestion(item) ? evaluator.decideQuestion(item) : evaluator.decide(item);
}
