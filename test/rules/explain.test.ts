import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyPolicySet } from '../../src/policy/index.ts';
import {
  compile,
  createEvaluator,
  type ExplainedStep,
  explain,
  type Flow,
  type RuleSet,
} from '../../src/rules/index.ts';
import { address } from '../arbitraries/alphabet.ts';
import { registrations, wholeRuleSetWithFlows } from '../arbitraries/whole/index.ts';
import { agentRules, clause, guardrailRules } from './made-rules.ts';

describe('explain', () => {
  it('comes to the verdict of the evaluator, by exactly one step, which names its clause', () => {
    fc.assert(
      fc.property(wholeRuleSetWithFlows(), ({ ruleSet, items }) => {
        const evaluator = createEvaluator(ruleSet, { registrations });
        for (const item of items) {
          if ('type' in item) continue;
          const { verdict, steps } = explain(ruleSet, item, { registrations });
          expect(verdict).toEqual(evaluator.decide(item));
          const decisive = steps.filter(({ decided }) => decided);
          expect(decisive.map((step) => step.clause)).toEqual([verdict.clause]);
          expect(decisive[0]?.matched).toBe(true);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('has a reason for every clause that does not match, and for none that does', () => {
    fc.assert(
      fc.property(wholeRuleSetWithFlows(), ({ ruleSet, items }) => {
        const steps = items.flatMap((item) =>
          'type' in item ? [] : explain(ruleSet, item, { registrations }).steps,
        );
        for (const { matched, failed } of steps) {
          expect(failed.length > 0).toBe(!matched);
          expect(
            failed.every((text) => /^\S.*\S$/.test(text) && !/undefined|\[object/.test(text)),
          ).toBe(true);
        }
      }),
      { numRuns: 80 },
    );
  });

  const office = {
    days: ['mon', 'tue', 'wed', 'thu', 'fri'] as const,
    from: 480,
    to: 1080,
    timezone: 'Europe/Berlin',
  };
  const flow: Flow = {
    agent: 'alpha',
    dst: address('192.0.2.9'),
    names: ['api.example.com'],
    sni: 'evil.example.net',
    protocol: 'tcp',
    port: 80,
    at: Date.parse('2027-03-28T01:10:00Z'),
    onBehalfOf: ['user:ada'],
  };

  it.each([
    [
      'a port',
      {
        protocol: 'tcp',
        ports: [
          [443, 443],
          [8000, 8080],
        ],
      },
      'port 80 is not 443,8000-8080',
    ],
    ['a protocol', { protocol: 'udp', ports: [[80, 80]] }, 'protocol tcp is not udp'],
    [
      'a CIDR',
      { to: { kind: 'cidr', cidr: '198.51.100.0/24', except: [] } },
      '192.0.2.9 is outside 198.51.100.0/24',
    ],
    [
      'an exception',
      { to: { kind: 'cidr', cidr: '192.0.2.0/24', except: ['192.0.2.8/31'] } },
      '192.0.2.9 is in the exception 192.0.2.8/31',
    ],
    [
      'a name',
      { to: { kind: 'host', host: { match: 'one', suffix: 'other.net' } } },
      'the learned name api.example.com does not match *.other.net',
    ],
    [
      'an agent',
      { to: { kind: 'agent', agent: 'beta' } },
      '192.0.2.9 belongs to no agent, not to beta',
    ],
    [
      'a server name',
      {
        to: { kind: 'host', host: { match: 'exact', suffix: 'api.example.com' } },
        protocol: 'tls',
        ports: [[80, 80]],
      },
      'the server name evil.example.net does not match api.example.com',
    ],
    [
      'a window',
      { during: office },
      'Sunday 03:10 Europe/Berlin is outside mon–fri 08:00–18:00 Europe/Berlin',
    ],
    [
      'a last day',
      { expires: '2027-03-27' },
      'the clause expired after 2027-03-27 UTC, it is 2027-03-28 01:10 UTC',
    ],
    [
      'principals',
      { onBehalfOf: ['group:clerks', 'user:bo'] },
      'the workload acts for user:ada, not for group:clerks or user:bo',
    ],
  ] as const)('says with values why %s does not match', (_what, terms, text) => {
    const ruleSet = rules({ allow: [clause('AgentPolicy/alpha#one', terms)] });
    expect(stepOf(explain(ruleSet, flow).steps, 'AgentPolicy/alpha#one').failed).toEqual([text]);
  });

  it('says what is not known', () => {
    const ruleSet = rules({
      allow: [
        clause('AgentPolicy/alpha#one', {
          during: office,
          expires: '2027-03-27',
          onBehalfOf: ['user:bo'],
        }),
      ],
    });
    const unknown: Flow = { agent: 'alpha', dst: flow.dst, protocol: 'icmp' };
    expect(stepOf(explain(ruleSet, unknown).steps, 'AgentPolicy/alpha#one').failed).toEqual([
      'the time is not known, the clause holds mon–fri 08:00–18:00 Europe/Berlin',
      'the time is not known, the clause holds through 2027-03-27 UTC',
      'whom the workload acts for is not known, the clause wants user:bo',
    ]);
  });

  it('tells who sends, what a guardrail in audit noted and what is lifted', () => {
    const metadata = address('169.254.169.254');
    const ruleSet = rules(
      { allow: [clause('AgentPolicy/alpha#all', {})], guardrails: ['audit', 'builtin', 'lift'] },
      guardrailRules('audit', { mode: 'audit', deny: [clause('Guardrail/audit#all', {})] }),
      guardrailRules('lift', {
        allow: [
          clause('Guardrail/lift#meta', {
            to: { kind: 'cidr', cidr: '169.254.169.254/32', except: [] },
          }),
        ],
      }),
    );
    const { source, steps, verdict } = explain(ruleSet, {
      src: address('10.8.1.1'),
      dst: metadata,
      protocol: 'tcp',
      port: 80,
    });
    expect(source).toBe('10.8.1.1 belongs to alpha');
    expect(verdict).toMatchObject({ decision: 'allow', noted: 'Guardrail/audit#all' });
    expect(stepOf(steps, 'Guardrail/audit#all').note).toMatch(/in audit/);
    expect(steps.filter(({ note }) => note?.includes('lifts'))).toHaveLength(2);
    expect(steps.at(-1)).toMatchObject({
      stage: 'guardrail-allow',
      clause: 'Guardrail/lift#meta',
      decided: true,
    });
  });

  it.each([
    ['enforce', /must fall back to TCP/],
    ['audit', /in audit: allowed, though .* over TCP alone/],
  ] as const)('tells what becomes of QUIC in %s', (mode, note) => {
    const web = clause('AgentPolicy/alpha#web', {
      to: { kind: 'host', host: { match: 'exact', suffix: 'api.example.com' } },
      ...{ protocol: 'tls', ports: [[443, 443]] },
    });
    const { steps } = explain(rules({ mode, allow: [web] }), {
      ...flow,
      ...{ protocol: 'udp', port: 443 },
    });
    expect(steps.at(-1)).toMatchObject({ stage: 'quic', decided: true });
    expect(steps.at(-1)?.note).toMatch(note);
  });

  it('has one step where no rule is asked', () => {
    const { steps, source } = explain(compile(emptyPolicySet), flow);
    expect(source).toBe('there is no agent alpha that this gateway carries');
    expect(steps).toEqual([
      expect.objectContaining({
        stage: 'packet',
        decided: true,
        note: 'The source address is no known workload.',
      }),
    ]);
  });
});

function rules(
  agent: Parameters<typeof agentRules>[1],
  ...guardrails: RuleSet['guardrails']
): RuleSet {
  const { guardrails: builtin, ...rest } = compile(emptyPolicySet);
  return {
    ...rest,
    agents: [agentRules('alpha', { sources: ['10.8.1.0/24'], ...agent })],
    guardrails: [...builtin, ...guardrails],
  };
}

function stepOf(steps: readonly ExplainedStep[], id: string): ExplainedStep {
  const step = steps.find(({ clause: one }) => one === id);
  if (!step) throw new Error(`${id} was not considered`);
  return step;
}
