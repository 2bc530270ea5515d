import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { constants } from '../../gateway/layout/index.ts';
import { describeKernel } from './availability.ts';
import { DataPlane } from './data-plane.ts';
import { addressRecord, answer, ask, query, types } from './dns.ts';
import { back, from, segments, tcp } from './packets.ts';

const agent = (name: string, net: number) => `apiVersion: sallyport.dev/v1
kind: AgentPolicy
metadata: {name: ${name}, version: 1.0.0}
spec:
  workloads: {cidrs: [10.8.${net}.0/24]}
  dns: {resolvers: [10.8.0.53]}
  allow:
    - {id: web, to: {cidr: 192.0.2.0/24}, protocol: tcp, ports: [443]}
    - {id: site, to: {host: "**.example.com"}, protocol: tcp, ports: [443]}
`;
const policies = `${agent('alpha', 1)}---\n${agent('beta', 2)}`;
const full = { passed: false, reason: 'flow-table-full' };

describeKernel('what an agent may hold', () => {
  let plane: DataPlane;
  let port = 30000;
  const fresh = (net = 1) => from(`10.8.${net}.5`, ++port).to('192.0.2.10');
  /** As if the agent already held so much. */
  const hold = (held: { flows?: number; learned?: number; names?: number }, name = 'alpha') => {
    const none = { flows: 0, learned: 0, names: 0, hello_parts: 0 };
    plane.maps.sp_agent_use.set(plane.agentNumber(name), { ...none, ...held });
  };
  const use = (name = 'alpha') => plane.maps.sp_agent_use.get(plane.agentNumber(name));
  const lost = (what: 'learned' | 'names' | 'questions') =>
    plane.maps.sp_losses.getPerCpu(0).reduce((sum, losses) => sum + losses[what], 0n);

  beforeAll(async () => {
    plane = new DataPlane();
    await plane.use(policies);
  });
  afterAll(() => plane.close());
  beforeEach(() => plane.forgetFlows());

  it('is so many flows, and no other agent’s', () => {
    hold({ flows: constants.FLOWS_PER_AGENT - 1 });
    const last = fresh();
    expect(plane.fromAgent(tcp(last)).passed).toBe(true);
    expect(plane.fromAgent(tcp(fresh()))).toMatchObject(full);
    expect(use()?.flows).toBe(constants.FLOWS_PER_AGENT);
    expect(plane.fromAgent(tcp(fresh(2))).passed).toBe(true);
    expect(plane.toAgent(tcp(back(last), segments.synAck)).passed).toBe(true);
  });

  it('is counted down again when a flow ends', async () => {
    const path = fresh();
    plane.fromAgent(tcp(path));
    const { flows = 0 } = use() ?? {};
    await plane.use(policies.replaceAll('192.0.2.0/24', '198.51.100.0/24'));
    expect(plane.fromAgent(tcp(path, segments.data)).passed).toBe(false);
    expect(use()?.flows).toBe(flows - 1);
    await plane.use(policies);
  });

  it('is counted once for a flow that begins anew', () => {
    const path = fresh();
    plane.fromAgent(tcp(path));
    plane.toAgent(tcp(back(path), segments.synAck));
    const { flows } = use() ?? {};
    plane.fromAgent(tcp(path));
    expect(use()?.flows).toBe(flows);
  });

  it('of questions is refused too when there is no room for the flow', () => {
    hold({ flows: constants.FLOWS_PER_AGENT });
    const question = { srcPort: ++port };
    expect(plane.fromAgent(query('a.example.com', types.A, question))).toMatchObject(full);
    expect(plane.toAgent(answer('a.example.com', [], question)).passed).toBe(false);
    expect([...plane.maps.sp_questions.keys()]).toEqual([]);
  });

  it('is limited by the table of all flows too', async () => {
    const small = new DataPlane({ sp_flows: 4 });
    try {
      await small.use(policies);
      const outcomes = Array.from({ length: 6 }, () => small.fromAgent(tcp(fresh())));
      expect(outcomes.filter(({ passed }) => passed)).toHaveLength(4);
      expect(outcomes.at(-1)).toMatchObject(full);
      expect(small.maps.sp_agent_use.get(small.agentNumber('alpha'))?.flows).toBe(4);
    } finally {
      small.close();
    }
  });

  it.each([
    ['addresses', { learned: constants.LEARNED_PER_AGENT }, 'learned'],
    ['names', { names: constants.NAMES_PER_AGENT }, 'names'],
  ] as const)(
    'is so many learned %s; what is over is not learned, but counted',
    (_title, held, what) => {
      hold(held);
      const before = lost(what);
      const exchange = { srcPort: ++port };
      const name = `${what}.example.com`;
      ask(
        plane,
        query(name, types.A, exchange),
        answer(name, [addressRecord('93.184.215.14')], exchange),
      );
      expect(plane.learned('alpha', '93.184.215.14')).toEqual([]);
      expect(lost(what)).toBe(before + 1n);
    },
  );

  it('is so many names of one address; what is over is not learned, but counted', () => {
    hold({});
    const before = lost('learned');
    for (let i = 0; i <= constants.NAMES_PER_ADDRESS; i++) {
      const exchange = { srcPort: ++port };
      const name = `n${i}.example.com`;
      ask(
        plane,
        query(name, types.A, exchange),
        answer(name, [addressRecord('93.184.215.15')], exchange),
      );
    }
    expect(plane.learned('alpha', '93.184.215.15')).toHaveLength(constants.NAMES_PER_ADDRESS);
    expect(lost('learned')).toBe(before + 1n);
  });

  it('is so many open questions on one flow: the oldest gives way, and is counted', () => {
    const before = lost('questions');
    const srcPort = ++port;
    const name = 'a.example.com';
    for (let id = 0; id <= constants.QUESTIONS_PER_FLOW; id++) {
      expect(plane.fromAgent(query(name, types.A, { srcPort, id })).passed).toBe(true);
    }
    expect(lost('questions')).toBe(before + 1n);
    expect(plane.toAgent(answer(name, [], { srcPort, id: 0 })).passed).toBe(false);
    expect(plane.toAgent(answer(name, [], { srcPort, id: 1 })).passed).toBe(true);
  });
});
