import { describe, expect, it, test } from 'vitest';
import { emptyPolicySet } from '../../src/policy/index.ts';
import {
  compile,
  createEvaluator,
  explain,
  type Flow,
  questionTypeCode,
  type RuleSet,
} from '../../src/rules/index.ts';
import { address } from '../arbitraries/alphabet.ts';
import { agentRules, clause, guardrailRules } from './made-rules.ts';

/** Edges of single conditions, where a small slip in the code would go unnoticed elsewhere. */

const everything = clause('AgentPolicy/alpha#all', {});

function rules(
  agent: Parameters<typeof agentRules>[1],
  ...guardrails: RuleSet['guardrails']
): RuleSet {
  const above = ['builtin', ...guardrails.map(({ name }) => name)].sort();
  const builtin = compile(emptyPolicySet).guardrails;
  const alpha = agentRules('alpha', { sources: ['10.8.1.0/24'], guardrails: above, ...agent });
  const all = [...builtin, ...guardrails].sort((a, b) => (a.name < b.name ? -1 : 1));
  return { format: 2, agents: [alpha], guardrails: all, gatewayGroups: [] };
}

describe('a deny by host', () => {
  const host = { kind: 'host', host: { match: 'exact', suffix: 'evil.example.com' } } as const;
  const ruleSet = rules({
    deny: [clause('AgentPolicy/alpha#evil', { to: host })],
    allow: [everything],
  });
  const flow = { agent: 'alpha', dst: address('192.0.2.1'), port: 443, sni: 'evil.example.com' };

  it('matches on the server name of TCP, which is all that has one', () => {
    const evaluator = createEvaluator(ruleSet);
    expect(evaluator.decide({ ...flow, protocol: 'tcp' }).decision).toBe('deny');
    expect(evaluator.decide({ ...flow, protocol: 'udp' }).decision).toBe('allow');
  });
});

describe.each([Number.NaN, Number.POSITIVE_INFINITY, 8.64e15])(
  'the time %d, of no clock,',
  (at) => {
    const limited = clause('AgentPolicy/alpha#limited', { expires: '2027-03-31' });
    const flow: Flow = { agent: 'alpha', dst: address('192.0.2.1'), protocol: 'tcp', port: 80, at };

    it('is not known: an allow fails, a deny holds', () => {
      expect(createEvaluator(rules({ allow: [limited] })).decide(flow).decision).toBe('deny');
      const denying = createEvaluator(rules({ allow: [everything], deny: [limited] }));
      expect(denying.decide(flow).decision).toBe('deny');
    });

    it('admits no name by a clause that expires', () => {
      const question = { agent: 'alpha', name: 'www.example.com', type: 'A', at };
      const evaluator = createEvaluator(rules({ allow: [limited] }));
      expect(evaluator.decideQuestion(question).reason).toBe('dns-name');
    });
  },
);

test('of several guardrails the one that allows the shortest names counts', () => {
  const ruleSet = rules(
    { allow: [everything] },
    guardrailRules('long', { dns: { maxNameLength: 40 } }),
    guardrailRules('none', {}),
    guardrailRules('short', { dns: { maxNameLength: 15 } }),
  );
  const evaluator = createEvaluator(ruleSet);
  const reasonOf = (name: string) =>
    evaluator.decideQuestion({ agent: 'alpha', name, type: 'A' }).reason;
  expect(reasonOf('www.example.com')).toBe('allowed');
  expect(reasonOf('wwww.example.com')).toBe('dns-length');
});

test.each([
  ['xTYPE65', undefined],
  ['TYPE0', 0],
  [0, 0],
] as const)('the question type %s is %s', (type, code) => {
  expect(questionTypeCode(type)).toBe(code);
});

describe('a question for the name of an address', () => {
  const evaluator = createEvaluator(rules({ allow: [everything] }));
  const ask = (name: string) =>
    evaluator.decideQuestion({ agent: 'alpha', name, type: 'PTR' }).decision;
  const nibbles = Array.from({ length: 31 }, () => '0').join('.');

  it.each([
    ['1.2.0.192.in-addr.arpa', 'allow'],
    [`1.${nibbles}.ip6.arpa`, 'allow'],
    ['1.2.0.192.in-addr.example', 'deny'],
    [`1.${nibbles}.ip6.example`, 'deny'],
    [`1.${nibbles}.ip7.arpa`, 'deny'],
    [`${nibbles}.ip6.arpa`, 'deny'],
    [`g.${nibbles}.ip6.arpa`, 'deny'],
    [`11.${nibbles}.ip6.arpa`, 'deny'],
  ])('%s: %s', (name, decision) => {
    expect(ask(name)).toBe(decision);
  });
});

test('explain tells of a flow from elsewhere that nothing lets it in', () => {
  const flow: Flow = {
    src: address('203.0.113.9'),
    dst: address('10.8.1.1'),
    protocol: 'tcp',
    port: 80,
  };
  const { steps, verdict } = explain(rules({ allow: [everything] }), flow);
  expect(verdict.reason).toBe('no-ingress');
  expect(steps.at(-1)).toMatchObject({ stage: 'ingress-default', clause: null, decided: true });
});
