import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyPolicySet } from '../../src/policy/index.ts';
import {
  type AgentRules,
  type Clause,
  compile,
  parseRuleSet,
  RuleSetError,
  serialiseRuleSet,
} from '../../src/rules/index.ts';
import { wholePolicySets } from '../arbitraries/whole/index.ts';
import { agentRules, clause, guardrailRules } from './made-rules.ts';

describe('parseRuleSet', () => {
  it('reads back what was written', () => {
    fc.assert(
      fc.property(wholePolicySets(), (policySet) => {
        const ruleSet = compile(policySet);
        expect(parseRuleSet(serialiseRuleSet(ruleSet))).toEqual(ruleSet);
        expect(parseRuleSet(`${serialiseRuleSet(ruleSet)}\n`)).toEqual(ruleSet);
      }),
      { numRuns: 30 },
    );
  });

  it('takes over what it has read before, and reads everything else', () => {
    const rules = (...agents: AgentRules[]) =>
      serialiseRuleSet({ ...compile(emptyPolicySet), agents });
    const beta = (version: string) => agentRules('beta', { version });
    const alpha = agentRules('alpha', {});
    const known = parseRuleSet(rules(alpha, beta('1.0.0')));
    const text = rules(alpha, beta('2.0.0'), agentRules('gamma', {}));
    const read = parseRuleSet(text, known);
    expect(read).toEqual(parseRuleSet(text));
    expect(read.agents[0]).toBe(known.agents[0]);
    expect(read.agents[1]).not.toBe(known.agents[1]);
    expect(read.guardrails[0]).toBe(known.guardrails[0]);
    expect(serialiseRuleSet(read)).toBe(text);
  });

  it('refuses as much of what it has read before', () => {
    const rules = (...agents: unknown[]) =>
      serialiseRuleSet({ ...compile(emptyPolicySet), agents } as never);
    const bot = agentRules('bot', {});
    const known = parseRuleSet(rules(bot));
    for (const text of [
      rules(bot, bot),
      rules(bot).replace(/\{"allow":\[\],(.*?)\}\],"format"/, '{$1,"allow":[]}],"format"'),
      rules({ ...bot, sources: ['10.0.0.1/8'] }),
      rules(bot, null),
      rules(bot).replace('"guardrails":[{', '"guardrails":[7,{'),
    ]) {
      expect(text).not.toBe(rules(bot));
      expect(() => parseRuleSet(text, known), text).toThrow(RuleSetError);
    }
  });

  const ruleSet = compile(emptyPolicySet);
  const good = serialiseRuleSet(ruleSet);

  it.each([
    ['text that is no JSON', '{'],
    ['another format', good.replace('"format":2', '"format":1')],
    ['an unknown field', good.replace('"format":2', '"format":2,"future":true')],
    [
      'another order of keys',
      JSON.stringify({ guardrails: [], format: 2, gatewayGroups: [], agents: [] }),
    ],
    ['white space', JSON.stringify(ruleSet, null, 1)],
    ['a CIDR with host bits', good.replace('169.254.0.0/16', '169.254.0.1/16')],
    ['a CIDR in another spelling', good.replace('fd00:ec2::254/128', 'fd00:0ec2::254/128')],
    ['a port of 0', overTcp('[[0,1]]')],
    ['descending ports', overTcp('[[9,1]]')],
    ['TCP without ports', overTcp('[]')],
    ['ports of any protocol', good.replace('"ports":[]', '"ports":[[1,2]]')],
    ['an agent below an unknown guardrail', withAgent(['builtin', 'corporate'])],
    ['an agent without the built-in guardrail', withAgent([])],
  ])('refuses %s', (_what, text) => {
    expect(text).not.toBe(good);
    expect(() => parseRuleSet(text)).toThrow(RuleSetError);
  });

  const window = { days: ['mon', 'tue'], from: 480, to: 1080, timezone: 'Europe/Berlin' } as const;

  it.each<[string, Partial<AgentRules>]>([
    ['sources that are not sorted', { sources: ['10.8.2.0/24', '10.8.1.0/24'] }],
    ['a source twice', { sources: ['10.8.1.0/24', '10.8.1.0/24'] }],
    ['resolvers that are not sorted', { resolvers: ['10.8.0.54', '10.8.0.53'] }],
    ['guardrails that are not sorted', { guardrails: ['z', 'builtin'] }],
    [
      'ports that touch',
      {
        allow: [
          clause('a', {
            protocol: 'tcp',
            ports: [
              [1, 2],
              [3, 4],
            ],
          }),
        ],
      },
    ],
    [
      'ports out of order',
      {
        allow: [
          clause('a', {
            protocol: 'tcp',
            ports: [
              [10, 11],
              [3, 4],
            ],
          }),
        ],
      },
    ],
    ['principals that are not sorted', { deny: [clause('a', { onBehalfOf: ['b', 'a'] })] }],
    ['no principals', { deny: [clause('a', { onBehalfOf: [] })] }],
    ['a day that never is', { allow: [clause('a', { expires: '2027-02-29' })] }],
    ['an unknown zone', { allow: [clause('a', { during: { ...window, timezone: 'Mars/X' } })] }],
    ['an empty window', { allow: [clause('a', { during: { ...window, to: 480 } })] }],
    [
      'days out of order',
      { allow: [clause('a', { during: { ...window, days: ['tue', 'mon'] } })] },
    ],
    ['a window without days', { allow: [clause('a', { during: { ...window, days: [] } })] }],
    [
      'a budget of nothing',
      { allow: [clause('a', { budget: { name: 'b', bytes: 0, per: 'day' } })] },
    ],
    [
      'exceptions out of order',
      { allow: [clause('a', { to: except('10.9.0.0/16', '10.8.0.0/16') })] },
    ],
    [
      'an ingress CIDR with host bits',
      { ingress: [{ ...clause('a', {}), to: undefined, from: except('10.8.0.1/16') } as never] },
    ],
    [
      'an ingress clause by host',
      {
        ingress: [
          {
            ...{ id: 'a', protocol: 'any', ports: [] },
            from: { kind: 'host', host: { match: 'exact', suffix: 'a.example' } },
          } as never,
        ],
      },
    ],
  ])('refuses %s', (_what, change) => {
    const guardrails = [...ruleSet.guardrails, guardrailRules('z', {})];
    const text = (rules: Partial<AgentRules>) =>
      serialiseRuleSet({ ...ruleSet, guardrails, agents: [agentRules('alpha', rules)] });
    expect(() => parseRuleSet(text({}))).not.toThrow();
    expect(() => parseRuleSet(text(change))).toThrow(RuleSetError);
  });

  it('refuses a next hop that is no address', () => {
    const group = { name: 'eu', version: '1.0.0', labels: {}, stage: 0 };
    const text = (nextHop: string) =>
      serialiseRuleSet({
        ...ruleSet,
        gatewayGroups: [{ ...group, routes: { exit: { interface: 'eth1', nextHop } } }],
      });
    expect(() => parseRuleSet(text('192.0.2.1'))).not.toThrow();
    expect(() => parseRuleSet(text('192.0.2.01'))).toThrow(RuleSetError);
  });

  it('reads ports of TCP', () => {
    expect(() => parseRuleSet(overTcp('[[1,2],[9,9]]'))).not.toThrow();
  });

  /** The first clause with other ports, over TCP. */
  function overTcp(ports: string): string {
    return good.replace('"ports":[],"protocol":"any"', `"ports":${ports},"protocol":"tcp"`);
  }

  function except(...holes: readonly string[]): Extract<Clause['to'], { kind: 'cidr' }> {
    return holes.length === 1
      ? { kind: 'cidr', cidr: holes[0] ?? '', except: [] }
      : { kind: 'cidr', cidr: '10.0.0.0/8', except: holes };
  }

  function withAgent(guardrails: readonly string[]): string {
    const agent = agentRules('alpha', { guardrails });
    return serialiseRuleSet({ ...ruleSet, agents: [agent] });
  }
});
