import { describe, expect, it } from 'vitest';
import { bumpProblems, versionBumps } from '../../src/analysis/index.ts';
import { type PolicySet, parsePolicies } from '../../src/policy/index.ts';
import { loadBumpVectors } from '../vectors/load-bump-vectors.ts';

const from = Date.parse('2026-11-23T12:00:00Z');

function read(text: string): PolicySet {
  const { policySet, problems } = parsePolicies([{ path: 'policies.yaml', text }]);
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  return policySet;
}

describe.each(loadBumpVectors())('$name: $title', ({ cases }) => {
  it.each(cases)('$title', ({ before, after, expect: expected }) => {
    const bumps = versionBumps(read(before), read(after), { from });
    const found = bumps.map(({ document, effect, asked, made, enough, wanted }) => [
      document,
      { effect, asked, made, enough, wanted },
    ]);
    expect(Object.fromEntries(found)).toEqual(expected);
  });
});

it('a bump that does not fit is a warning where the document stands, and says what would', () => {
  const text = `# Policies
apiVersion: sallyport.dev/v1
kind: AgentPolicy
metadata: {name: alpha, version: 1.4.2}
spec: {workloads: {cidrs: [10.8.1.0/28]}, allow: [{id: all, to: {any: true}}]}
`;
  const problemsOf = (replace: string, by: string) =>
    bumpProblems(versionBumps(read(text), read(text.replace(replace, by)), { from }));
  expect(problemsOf('any: true', 'cidr: 10.0.0.0/8')).toMatchObject([
    {
      code: 'SP421',
      severity: 'warning',
      file: 'policies.yaml',
      line: 2,
      message:
        '`AgentPolicy/alpha` now allows less, which asks for a major version, but its version is still 1.4.2',
      remedy: 'write version 2.0.0 or later',
    },
  ]);
  expect(problemsOf('1.4.2', '1.4.1')).toMatchObject([
    {
      message: '`AgentPolicy/alpha` was not edited, but its version went from 1.4.2 to 1.4.1',
      remedy: 'write version 1.4.2 or later',
    },
  ]);
  expect(problemsOf('1.4.2', '2.0.0')).toEqual([]);
});
