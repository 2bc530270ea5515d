import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type PolicySet, parsePolicies } from '../../src/policy/index.ts';
import { compile, type RuleSet, ruleSetDigest, serialiseRuleSet } from '../../src/rules/index.ts';
import { policySets } from '../arbitraries/index.ts';

describe('compile', () => {
  it('gives the same bytes whatever the order of documents, ports, exceptions and labels', () => {
    const shuffled = policySets().chain((policySet) =>
      fc.tuple(fc.constant(policySet), shuffle(policySet)),
    );
    fc.assert(
      fc.property(shuffled, ([one, other]) => {
        expect(serialiseRuleSet(compile(other))).toBe(serialiseRuleSet(compile(one)));
      }),
    );
  });

  it('gives the same bytes for a list in the order of its ids and for a map', () => {
    const list = rules('[{id: a, to: {any: true}}, {id: b, to: {cidr: 10.0.0.0/8}}]');
    const map = rules('{b: {to: {cidr: 10.0.0.0/8}}, a: {to: {any: true}}}');
    expect(serialiseRuleSet(map)).toBe(serialiseRuleSet(list));
  });

  it('keeps the order of a list, because it decides', () => {
    const ab = rules('[{id: a, to: {any: true}}, {id: b, to: {any: true}}]');
    const ba = rules('[{id: b, to: {any: true}}, {id: a, to: {any: true}}]');
    expect(ruleSetDigest(ba)).not.toBe(ruleSetDigest(ab));
  });

  it('merges ports that overlap or touch', () => {
    const ruleSet = rules(
      '[{id: a, to: {any: true}, protocol: tcp, ports: ["20-30", 443, "25-40", 41, "60-70", 80]}]',
    );
    expect(ruleSet.agents[0]?.allow[0]?.ports).toEqual([
      [20, 41],
      [60, 70],
      [80, 80],
      [443, 443],
    ]);
  });

  it('writes exceptions as the fewest blocks', () => {
    const ruleSet = rules(
      '[{id: a, to: {cidr: 10.0.0.0/8, except: [10.2.0.0/16, 10.0.0.0/16, 10.1.0.0/17, 10.1.128.0/17, 10.0.7.0/24]}}]',
    );
    expect(ruleSet.agents[0]?.allow[0]?.to).toEqual({
      kind: 'cidr',
      cidr: '10.0.0.0/8',
      except: ['10.0.0.0/15', '10.2.0.0/16'],
    });
  });

  it('puts the built-in guardrail above every agent', () => {
    const ruleSet = rules('[{id: a, to: {any: true}}]');
    expect(ruleSet.agents[0]?.guardrails).toEqual(['builtin']);
    expect(new Set(ruleSet.guardrails[0]?.deny.map(({ id }) => id))).toEqual(
      new Set(['Guardrail/builtin#metadata', 'Guardrail/builtin#link-local']),
    );
  });

  it('does not depend on where things stand in the files', () => {
    const text = document('[{id: a, to: {any: true}}]');
    expect(ruleSetDigest(compileText(`# a comment\n\n${text}`))).toBe(
      ruleSetDigest(compileText(text)),
    );
  });
});

function rules(allow: string): RuleSet {
  return compileText(document(allow));
}

function document(allow: string): string {
  return `apiVersion: sallyport.dev/v1
kind: AgentPolicy
metadata: {name: alpha, version: 1.0.0}
spec:
  workloads: {cidrs: [10.8.1.0/24]}
  allow: ${allow}
`;
}

function compileText(text: string): RuleSet {
  const { policySet, problems } = parsePolicies([{ path: 'a.yaml', text }]);
  expect(problems).toEqual([]);
  return compile(policySet);
}

/** The same policies in another order wherever order means nothing. */
function shuffle({ agents, guardrails, ...others }: PolicySet): fc.Arbitrary<PolicySet> {
  return fc.integer().map((seed) => {
    const order = <T>(list: readonly T[]): T[] =>
      fc.sample(fc.shuffledSubarray([...list], { minLength: list.length }), {
        seed,
        numRuns: 1,
      })[0] ?? [];
    const document = <D extends PolicySet['agents'][number] | PolicySet['guardrails'][number]>(
      policy: D,
    ): D => ({
      ...policy,
      metadata: {
        ...policy.metadata,
        labels: Object.fromEntries(order(Object.entries(policy.metadata.labels))),
      },
      resolvers: order(policy.resolvers),
      allow: policy.allow.map(clause),
      deny: policy.deny.map(clause),
    });
    const clause = (written: PolicySet['agents'][number]['allow'][number]) => ({
      ...written,
      ports: order(written.ports),
      to:
        written.to.kind === 'cidr'
          ? { ...written.to, except: order(written.to.except) }
          : written.to,
    });
    return {
      ...others,
      agents: order(agents).map((agent) => ({
        ...document(agent),
        workloads: { ...agent.workloads, cidrs: order(agent.workloads.cidrs) },
      })),
      guardrails: order(guardrails).map((guardrail) => ({
        ...document(guardrail),
        trusted: order(guardrail.trusted),
      })),
    };
  });
}
