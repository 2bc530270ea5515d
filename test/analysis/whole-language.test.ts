import fc from 'fast-check';
import { expect, it } from 'vitest';
import { coverageOf, writtenClauses } from '../../src/analysis/index.ts';
import { compile, notHeld } from '../../src/rules/index.ts';
import { wholePolicySets } from '../arbitraries/whole/index.ts';

it('coverage passes over no clause, and never calls enforced what a gateway refuses', () => {
  fc.assert(
    fc.property(wholePolicySets(), (policySet) => {
      const ruleSet = compile(policySet);
      const coverage = coverageOf(policySet, ruleSet);
      const ofClauses = coverage.filter(({ subject }) => subject.includes('#'));
      expect(ofClauses.map(({ subject }) => subject)).toEqual(
        writtenClauses(policySet).map(({ fullId }) => fullId),
      );
      const refused = new Set(notHeld(ruleSet).map(({ subject }) => subject));
      const not = coverage.filter(({ level }) => level === 'not enforceable here');
      expect(new Set(not.map(({ subject }) => subject))).toEqual(refused);
      for (const { level, why } of coverage) expect(why.length === 0).toBe(level === 'enforced');
    }),
  );
});
