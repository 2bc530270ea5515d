import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyPolicySet } from '../../src/policy/index.ts';
import { compile, createEvaluator, type RuleSet, rulesForGroup } from '../../src/rules/index.ts';
import { address } from '../arbitraries/alphabet.ts';
import { registrations, wholeRuleSetWithFlows } from '../arbitraries/whole/index.ts';
import { agentRules } from './made-rules.ts';

describe('rulesForGroup', () => {
  it('changes no verdict on what agents send that the group carries', () => {
    let compared = 0;
    fc.assert(
      fc.property(
        wholeRuleSetWithFlows(),
        fc.constantFrom('group-eu', 'group-us', 'group-none', 'other'),
        ({ ruleSet, items }, group) => {
          const own = rulesForGroup(ruleSet, group);
          const everywhere = createEvaluator(ruleSet, { registrations });
          const here = createEvaluator(own, { registrations });
          const carried = own.agents.filter(({ remote }) => !remote).map(({ name }) => name);
          for (const item of items) {
            if (item.agent === undefined || !carried.includes(item.agent)) continue;
            compared++;
            if ('type' in item)
              expect(here.decideQuestion(item)).toEqual(everywhere.decideQuestion(item));
            else expect(here.decide(item)).toEqual(everywhere.decide(item));
          }
        },
      ),
      { numRuns: 200 },
    );
    expect(compared).toBeGreaterThan(300);
  });

  const alpha = agentRules('alpha', { sources: ['10.8.1.0/24'], gateways: { region: 'eu' } });
  const beta = agentRules('beta', {
    sources: ['10.8.2.0/24'],
    ingress: [
      {
        id: 'AgentPolicy/beta#peer',
        from: { kind: 'agent', agent: 'alpha' },
        protocol: 'icmp',
        ports: [],
      },
    ],
  });
  const gatewayGroups = [
    { name: 'eu-1', version: '1.0.0', labels: { region: 'eu', cloud: 'a' }, routes: {}, stage: 0 },
    { name: 'us-1', version: '1.0.0', labels: { region: 'us' }, routes: {}, stage: 0 },
  ];
  const ruleSet: RuleSet = { ...compile(emptyPolicySet), agents: [alpha, beta], gatewayGroups };
  const remoteOf = ({ agents }: RuleSet) =>
    agents.filter(({ remote }) => remote).map(({ name }) => name);

  it.each([
    ['eu-1', []],
    ['us-1', ['alpha']],
    ['not-described', ['alpha']],
  ])('marks what %s does not carry', (group, remote) => {
    expect(remoteOf(rulesForGroup(ruleSet, group))).toEqual(remote);
  });

  it('carries every agent where no group is described', () => {
    expect(remoteOf(rulesForGroup({ ...ruleSet, gatewayGroups: [] }, 'any'))).toEqual([]);
  });

  it('has an agent that is carried elsewhere send nothing, and come in by its name', () => {
    const { decide } = createEvaluator(rulesForGroup(ruleSet, 'us-1'));
    const src = address('10.8.1.1');
    const protocol = 'icmp';
    expect(decide({ src, dst: address('10.8.2.1'), protocol })).toMatchObject({
      decision: 'allow',
      clause: 'AgentPolicy/beta#peer',
    });
    const unknown = { decision: 'deny', reason: 'unknown-workload' };
    expect(decide({ src, dst: address('192.0.2.1'), protocol })).toMatchObject(unknown);
    expect(decide({ agent: 'alpha', dst: address('10.8.2.1'), protocol })).toMatchObject(unknown);
    expect(decide({ src: address('203.0.113.1'), dst: src, protocol })).toMatchObject(unknown);
  });

  it('tells an address that is not the agent’s own before an agent that it does not carry', () => {
    const { decide } = createEvaluator(rulesForGroup(ruleSet, 'us-1'));
    const flow = { agent: 'alpha', dst: address('192.0.2.1'), protocol: 'icmp' } as const;
    expect(decide({ ...flow, src: address('10.8.1.1') })).toMatchObject({
      reason: 'unknown-workload',
    });
    expect(decide({ ...flow, src: address('10.8.2.1') })).toMatchObject({
      reason: 'spoofed-source',
    });
  });
});
