import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeKernel } from './availability.ts';
import { DataPlane } from './data-plane.ts';
import { query, types } from './dns.ts';
import { readDnsAnswer } from './read-dns-answer.ts';
import { readPacket } from './read-reply.ts';

const policies = (policy: string, guardrail = '', mode = 'enforce') => `apiVersion: sallyport.dev/v1
kind: Guardrail
metadata: {name: baseline, version: 1.0.0}
spec:
  dns: {resolvers: [10.8.0.53]${guardrail}}
---
apiVersion: sallyport.dev/v1
kind: AgentPolicy
metadata: {name: alpha, version: 1.0.0}
spec:
  mode: ${mode}
  workloads: {cidrs: [10.8.1.0/24]}
  dns: {resolvers: [10.8.0.53]${policy}}
  allow: [{id: site, to: {host: "**.example.com"}, protocol: tcp, ports: [443]}]
`;
const most = (n: number) => `, maxQueriesPerMinute: ${n}`;

describeKernel('questions a minute', () => {
  let plane: DataPlane;
  let port = 30000;
  beforeAll(() => {
    plane = new DataPlane();
  });
  afterAll(() => plane.close());
  const ask = (name = 'api.example.com', type: number = types.A) =>
    plane.fromAgent(query(name, type, { srcPort: ++port }));
  const passing = (questions: number) =>
    Array.from({ length: questions }, () => ask()).filter(({ passed }) => passed).length;
  /** As if so many seconds had gone by. */
  const wait = (seconds: number) => {
    const agent = plane.agentNumber('alpha');
    const pace = plane.maps.sp_paces.get(agent);
    if (!pace) throw new Error('no pace');
    const earlier = (at: bigint) => (at === 0n ? 0n : at - BigInt(seconds) * 1_000_000_000n);
    plane.maps.sp_paces.set(agent, {
      ...pace,
      questions_guardrails: earlier(pace.questions_guardrails),
      questions_policy: earlier(pace.questions_policy),
    });
  };
  const begin = async (text: string) => {
    await plane.use(text);
    wait(120);
  };

  it('are as many as the policy admits; the others are refused for the moment', async () => {
    await begin(policies(most(6)));
    expect(passing(6)).toBe(6);
    const { passed, reason, clause, reply } = ask();
    expect({ passed, reason, clause }).toEqual({ passed: false, reason: 'dns-rate', clause: null });
    const answer = readDnsAnswer(readPacket(reply ?? Buffer.alloc(0)).payload.subarray(8));
    expect(answer.rcode).toBe(5);
  });

  it('come back one by one, and a minute later all of them', async () => {
    await begin(policies(most(6)));
    passing(6);
    wait(11);
    expect(passing(3)).toBe(1);
    wait(600);
    expect(passing(10)).toBe(6);
  });

  it('are bound by the strictest of policy and guardrails', async () => {
    await begin(policies(most(50), most(4)));
    expect(passing(20)).toBe(4);
    await begin(policies(most(3), most(40)));
    expect(passing(20)).toBe(3);
  });

  it('do not count what is refused anyway', async () => {
    await begin(policies(most(2)));
    for (let i = 0; i < 5; i++) expect(ask('evil.example.org').reason).toBe('dns-name');
    for (let i = 0; i < 5; i++) expect(ask('api.example.com', types.NS).reason).toBe('dns-type');
    expect(passing(5)).toBe(2);
    expect(ask('evil.example.org').reason).toBe('dns-name');
  });

  it('are counted over a change of rules', async () => {
    await begin(policies(most(5)));
    expect(passing(5)).toBe(5);
    await plane.use(policies(most(5), most(100)));
    expect(passing(5)).toBe(0);
  });

  it('in audit mode are bound by guardrails alone', async () => {
    await begin(policies(most(1), '', 'audit'));
    expect(passing(5)).toBe(5);
    await begin(policies('', most(1), 'audit'));
    passing(1);
    expect(ask()).toMatchObject({ passed: false, reason: 'dns-rate' });
  });
});
