import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { coverageOf, versionBumps, writtenClauses } from '../../src/analysis/index.ts';
import type { PolicySet } from '../../src/policy/index.ts';
import { diffReach } from '../../src/reach/index.ts';
import { compile, notHeld } from '../../src/rules/index.ts';
import { editedPolicySets, startOfTime, wholePolicySets } from '../arbitraries/whole/index.ts';
import { replay, runs } from '../kernel/runs.ts';

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
    replay(runs(100)),
  );
});

it('the edit of one document does what the whole change does, and without edits nothing is done', () => {
  const namesOf = ({ agents, guardrails, endpoints, gatewayGroups }: PolicySet) =>
    [...agents, ...guardrails, ...endpoints, ...gatewayGroups].map(
      ({ kind, metadata }) => `${kind}/${metadata.name}`,
    );
  let judged = 0;
  fc.assert(
    fc.property(editedPolicySets(), ({ before, after }) => {
      fc.pre(namesOf(before).join() === namesOf(after).join());
      fc.pre(hasEndpointTerms(before) && hasEndpointTerms(after));
      const bumps = versionBumps(before, after, { from: startOfTime });
      fc.pre(bumps.length < 2);
      judged += bumps.length;
      const { verdict } = diffReach(compile(before), compile(after), { from: startOfTime });
      expect(bumps[0]?.effect ?? 'equivalent').toBe(verdict);
      expect(versionBumps(before, after, { from: startOfTime, verdict })).toEqual(bumps);
    }),
    replay(runs(100)),
  );
  expect(judged).toBeGreaterThan(20);
});

/** As every set that was parsed: a clause that names an Endpoint holds its terms. */
function hasEndpointTerms({ agents, guardrails, endpoints }: PolicySet): boolean {
  const byName = new Map(endpoints.map((endpoint) => [endpoint.metadata.name, endpoint]));
  return [...agents, ...guardrails].every(({ allow, deny }) =>
    [...allow, ...deny].every((clause) => {
      const endpoint = clause.endpoint === undefined ? clause : byName.get(clause.endpoint);
      return (
        endpoint !== undefined &&
        isDeepStrictEqual(
          [clause.to, clause.protocol, clause.ports],
          [endpoint.to, endpoint.protocol, endpoint.ports],
        )
      );
    }),
  );
}
