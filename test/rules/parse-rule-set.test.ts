import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyPolicySet } from '../../src/policy/index.ts';
import { compile, parseRuleSet, RuleSetError, serialiseRuleSet } from '../../src/rules/index.ts';
import { wholePolicySets } from '../arbitraries/whole/index.ts';

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
    ['a port of 0', good.replace('"ports":[]', '"ports":[[0,1]]')],
    ['descending ports', good.replace('"ports":[]', '"ports":[[9,1]]')],
    ['an agent below an unknown guardrail', withAgent(['builtin', 'corporate'])],
    ['an agent without the built-in guardrail', withAgent([])],
  ])('refuses %s', (_what, text) => {
    expect(text).not.toBe(good);
    expect(() => parseRuleSet(text)).toThrow(RuleSetError);
  });

  function withAgent(guardrails: readonly string[]): string {
    const agent = {
      ...{ name: 'alpha', version: '1.0.0', labels: {}, mode: 'enforce' as const },
      ...{ sources: [], resolvers: [], guardrails, deny: [], allow: [], ingress: [] },
      ...{ onDeny: 'drop' as const, identity: {}, selector: {}, gateways: {} },
      dns: { onDeny: 'nxdomain' as const },
    };
    return serialiseRuleSet({ ...ruleSet, agents: [agent] });
  }
});
