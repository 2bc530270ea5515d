import { describe, expect, it } from 'vitest';
import { simulate } from '../../src/impact/index.ts';
import type { RuleSet } from '../../src/rules/index.ts';
import type { RecordedFlow } from '../../src/traffic/index.ts';
import { agent, api, flow, guardrail, policies, recorded, web } from './policies.ts';

const rules = (...texts: readonly string[]): RuleSet =>
  policies(Object.fromEntries(texts.map((text, i) => [`${i}.yaml`, text]))).ruleSet;
const none = {
  newlyAllowed: 0,
  newlyDenied: 0,
  newlyWouldDeny: 0,
  noLongerWouldDeny: 0,
  undetermined: 0,
  unchanged: 0,
};

const replay = (before: RuleSet, after: RuleSet, ...flows: readonly RecordedFlow[]) =>
  simulate(before, after, recorded(...flows));

describe('simulate', () => {
  it('tells flows that would be denied from those that stay, with the clause before and the reason after', async () => {
    const before = rules(agent({ allow: [web] }));
    const after = rules(agent({ allow: [web.replace('0/24', '0/31')] }));
    const { flows, counts, agents } = await replay(
      before,
      after,
      flow({ dst: '192.0.2.1' }),
      flow({ dst: '192.0.2.9', count: 3 }),
      flow({ dst: '192.0.2.9', count: 2 }),
    );
    expect(flows).toBe(6);
    expect(counts).toEqual({ ...none, newlyDenied: 5, unchanged: 1 });
    expect(agents).toHaveLength(1);
    expect(agents[0]).toMatchObject({ agent: 'alpha', counts, unlisted: 0 });
    expect(agents[0]?.changes).toEqual([
      {
        kind: 'newlyDenied',
        destination: { host: '192.0.2.9', protocol: 'tcp', port: 443 },
        before: { decision: 'allow', reason: 'allowed', clause: 'AgentPolicy/alpha#web' },
        after: { decision: 'deny', reason: 'no-clause', clause: null },
        dependsOn: null,
        flows: 5,
        examples: [flow({ dst: '192.0.2.9', count: 3 }), flow({ dst: '192.0.2.9', count: 2 })],
      },
    ]);
  });

  it('tells flows that would get through now', async () => {
    const after = rules(agent({ allow: [web] }));
    const { counts, agents } = await replay(
      rules(agent({})),
      after,
      flow({ decision: 'deny', reason: 'no-clause', clause: null }),
    );
    expect(counts).toEqual({ ...none, newlyAllowed: 1 });
    expect(agents[0]?.changes[0]?.after?.clause).toBe('AgentPolicy/alpha#web');
  });

  it('judges by names that were recorded, and groups by them', async () => {
    const before = rules(agent({ allow: [api] }));
    const { counts, agents } = await replay(
      before,
      rules(agent({})),
      flow({ dst: '198.51.100.1', names: ['api.example.com'] }),
      flow({ dst: '198.51.100.2', names: ['api.example.com'] }),
      flow({ dst: '198.51.100.2', names: ['other.example.com'] }),
    );
    expect(counts).toEqual({ ...none, newlyDenied: 2, unchanged: 1 });
    expect(agents[0]?.changes).toMatchObject([
      { destination: { host: 'api.example.com' }, flows: 2 },
    ]);
  });

  it('keeps apart what audit reports', async () => {
    const enforcing = rules(agent({ allow: [web] }));
    const auditing = rules(agent({ mode: 'audit', allow: [web] }));
    const strict = rules(agent({ mode: 'audit' }));
    const denied = flow({ dst: '198.51.100.1', decision: 'deny', reason: 'no-clause' });
    expect((await replay(enforcing, auditing, flow(), denied)).counts).toEqual({
      ...none,
      newlyAllowed: 1,
      unchanged: 1,
    });
    expect((await replay(auditing, strict, flow())).counts).toEqual({ ...none, newlyWouldDeny: 1 });
    expect((await replay(strict, auditing, flow())).counts).toEqual({
      ...none,
      noLongerWouldDeny: 1,
    });
  });

  it('says how many stay for another reason', async () => {
    const before = rules(agent({ allow: [web] }));
    const after = rules(agent({ allow: [web.replace('id: web', 'id: renamed')] }));
    const { counts, otherClause } = await replay(before, after, flow({ count: 4 }));
    expect(counts.unchanged).toBe(4);
    expect(otherClause).toBe(4);
  });

  it('says how many the gateway decided otherwise than the rules before', async () => {
    const same = rules(agent({ allow: [web] }));
    const { recordedOtherwise } = await replay(
      same,
      same,
      flow(),
      flow({ decision: 'deny', reason: 'no-clause', clause: null }),
    );
    expect(recordedOtherwise).toBe(1);
  });

  it('leaves out packets that are refused under any rules, but not those that came too early', async () => {
    const before = rules(agent({}));
    const after = rules(agent({ allow: [web] }));
    const refused = (reason: string) => flow({ decision: 'deny', reason, clause: null });
    const { counts, beyondRules } = await replay(
      before,
      after,
      refused('not-established'),
      refused('malformed'),
      refused('spoofed-source'),
      refused('not-ready'),
      refused('flow-table-full'),
    );
    expect(beyondRules).toBe(3);
    expect(counts).toEqual({ ...none, newlyAllowed: 2 });
  });

  it('goes by the address of the sender, whatever its agent was called', async () => {
    const before = rules(agent({ allow: [web] }));
    const after = rules(agent({ name: 'beta', allow: [] }));
    const { counts, agents, unknownAgents } = await replay(before, after, flow({ agent: 'old' }));
    expect(counts).toEqual({ ...none, newlyDenied: 1 });
    expect(agents[0]?.agent).toBe('alpha');
    expect(unknownAgents).toEqual([]);
  });

  it('goes by the name of the agent where its workloads have moved since', async () => {
    const before = rules(agent({ allow: [web] }));
    const { counts, agents } = await replay(before, rules(agent({})), flow({ src: '10.99.0.1' }));
    expect(counts).toEqual({ ...none, newlyDenied: 1 });
    expect(agents[0]?.agent).toBe('alpha');
  });

  it('tells that workloads lose their agent when their addresses leave the policy', async () => {
    const before = rules(agent({ allow: [web] }));
    const after = rules(agent({ cidrs: '10.8.9.0/24', allow: [web] }));
    const { agents } = await replay(before, after, flow());
    expect(agents[0]?.changes[0]?.after).toMatchObject({ reason: 'unknown-workload' });
  });

  it('names agents that neither side knows', async () => {
    const same = rules(agent({ allow: [web] }));
    const stranger = flow({ agent: 'stranger', src: '10.99.0.1', count: 7 });
    const result = await replay(same, same, stranger);
    expect(result).toMatchObject({
      flows: 0,
      unknownAgents: [{ agent: 'stranger', flows: 7 }],
      unknownAgentFlows: 7,
    });
  });

  it('tells what a new policy does for a workload that was unknown', async () => {
    const before = rules(agent({ name: 'other', cidrs: '10.8.2.0/24' }));
    const after = rules(agent({ allow: [web] }), agent({ name: 'other', cidrs: '10.8.2.0/24' }));
    const unknown = flow({ agent: null, decision: 'deny', reason: 'unknown-workload' });
    const { counts, agents } = await replay(before, after, unknown);
    expect(counts).toEqual({ ...none, newlyAllowed: 1 });
    expect(agents[0]?.agent).toBe('alpha');
  });

  it('judges what comes from elsewhere by its receiver, names or not', async () => {
    const before = rules(agent({ mode: 'audit', allow: [api] }));
    const after = rules(agent({ allow: [api] }));
    const inbound = flow({ src: '198.51.100.9', dst: '10.8.1.2', names: null });
    const { agents } = await replay(before, after, inbound);
    expect(agents).toMatchObject([
      { agent: 'alpha', changes: [{ kind: 'newlyDenied', after: { reason: 'no-ingress' } }] },
    ]);
  });

  it('sees a guardrail deny', async () => {
    const policy = agent({ allow: [web] });
    const after = rules(policy, guardrail('baseline', ['id: never, to: {cidr: 192.0.2.1/32}']));
    const { agents } = await replay(rules(policy), after, flow());
    expect(agents[0]?.changes[0]?.after?.clause).toBe('Guardrail/baseline#never');
  });

  it('lists so many destinations and counts the rest', async () => {
    const flows = Array.from({ length: 700 }, (_, i) =>
      flow({ dst: `192.0.${i >> 8}.${i & 255}` }),
    );
    const before = rules(agent({ allow: ['id: all, to: {any: true}'] }));
    const { agents, counts } = await replay(before, rules(agent({})), ...flows);
    expect(counts.newlyDenied).toBe(700);
    expect(agents[0]?.changes).toHaveLength(500);
    expect(agents[0]?.unlisted).toBe(200);
  });

  it('lists changes that cut off first, then those of most flows', async () => {
    const before = rules(agent({ allow: [web] }));
    const after = rules(
      agent({ allow: ['id: other, to: {cidr: 198.51.100.0/24}, protocol: tcp, ports: [443]'] }),
    );
    const { agents } = await replay(
      before,
      after,
      flow({ dst: '198.51.100.1', decision: 'deny' }),
      flow({ dst: '192.0.2.1', count: 2 }),
      flow({ dst: '192.0.2.2', count: 3 }),
    );
    expect(agents[0]?.changes.map(({ destination }) => destination.host)).toEqual([
      '192.0.2.2',
      '192.0.2.1',
      '198.51.100.1',
    ]);
  });

  it('ends at once when its signal says so', async () => {
    const same = rules(agent({ allow: [web] }));
    const controller = new AbortController();
    async function* endless() {
      for (let i = 0; ; i++) {
        if (i === 10) controller.abort(new Error('superseded'));
        yield flow();
      }
    }
    const { signal } = controller;
    await expect(simulate(same, same, endless(), { signal })).rejects.toThrow('superseded');
  });
});
