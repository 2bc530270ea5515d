import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cidr } from '../arbitraries/alphabet.ts';
import { describeKernel } from './availability.ts';
import { DataPlane } from './data-plane.ts';
import { back, from, ip, segments, tcp } from './packets.ts';

const agent = (name: string, net: number, rest: string) => `apiVersion: sallyport.dev/v1
kind: AgentPolicy
metadata: {name: ${name}, version: 1.0.0}
spec:
  workloads: {cidrs: [10.8.${net}.0/24], selector: {app: ${name}}}
  ${rest}
`;
const port443 = 'protocol: tcp, ports: [443]';
const alpha = agent(
  'alpha',
  1,
  `allow: [{id: ask, to: {agent: beta}, ${port443}}, {id: all, to: {any: true}, protocol: icmp}]`,
);
const beta = agent(
  'beta',
  2,
  `ingress: {allow: [{id: peers, from: {agent: alpha}, ${port443}},
    {id: probes, from: {cidr: 198.51.100.0/24}, protocol: tcp, ports: [8080]}]}`,
);
const [ALPHA, BETA] = [11, 12];
const bindings = [
  { ifindex: ALPHA, holds: [cidr('10.8.1.0/24'), cidr('10.9.1.0/24')] },
  { ifindex: BETA, holds: ['10.8.2.0/24', '10.9.2.0/24', 'fd00:8:2::/64'].map(cidr) },
];
const workloads = [
  { address: ip('10.9.1.7'), agent: 'alpha' },
  { address: ip('10.9.2.7'), agent: 'beta' },
];

describeKernel('from agent to agent', () => {
  let plane: DataPlane;
  let port = 40000;
  beforeAll(async () => {
    plane = new DataPlane();
    await plane.use(`${alpha}---\n${beta}`, bindings, undefined, workloads);
  });
  afterAll(() => plane.close());

  const path = (src: string, dst: string) => from(src, ++port).to(dst);

  it.each([
    ['in their CIDRs', '10.8.1.5', '10.8.2.5'],
    ['that have registered', '10.9.1.7', '10.9.2.7'],
  ])('%s a flow passes both hooks, and its replies do', (_title, src, dst) => {
    const way = path(src, dst);
    const sent = plane.fromAgent(tcp(way), ALPHA);
    expect(sent).toMatchObject({ passed: true, clause: 'AgentPolicy/alpha#ask' });
    const reached = plane.toAgent(tcp(way), BETA, ALPHA);
    expect(reached).toMatchObject({ passed: true, clause: 'AgentPolicy/beta#peers' });
    const reply = tcp(back(way), segments.synAck);
    expect(plane.fromAgent(reply, BETA)).toMatchObject({ passed: true, reason: 'reply' });
    expect(plane.toAgent(reply, ALPHA, BETA)).toMatchObject({ passed: true, reason: 'reply' });
  });

  it('what the receiver does not let in ends at the sender’s hook', () => {
    const way = { ...path('10.8.2.5', '10.8.1.5') };
    expect(plane.fromAgent(tcp(way), BETA)).toMatchObject({ passed: false, reason: 'no-clause' });
    const other = { ...path('10.8.1.5', '10.8.2.5'), dstPort: 444 };
    expect(plane.fromAgent(tcp(other), ALPHA).passed).toBe(false);
  });

  it('nobody becomes an agent by writing its address', () => {
    const forged = { passed: false, reason: 'spoofed-source', clause: null };
    for (const src of ['10.8.1.5', '10.9.1.7']) {
      expect(plane.toAgent(tcp(path(src, '10.8.2.5')), BETA)).toMatchObject(forged);
      expect(plane.toAgent(tcp(path(src, '10.8.2.5')), BETA, BETA)).toMatchObject(forged);
    }
  });

  it('nor by putting it into a NAT64 address, on a new flow or an open one', async () => {
    const both = `${alpha}---\n${beta}`;
    const v6 = (policies: string) =>
      policies.replace('10.8.2.0/24]', '10.8.2.0/24, "fd00:8:2::/64"]');
    await plane.use(v6(both), bindings, undefined, workloads);
    const noIngress = { passed: false, reason: 'no-ingress', clause: null };
    const way = path('64:ff9b::10.8.1.5', 'fd00:8:2::5');
    expect(plane.toAgent(tcp(way), BETA)).toMatchObject(noIngress);
    const open = v6(both).replace('from: {agent: alpha}', 'from: {any: true}');
    await plane.use(open, bindings, undefined, workloads);
    expect(plane.toAgent(tcp(way), BETA).passed).toBe(true);
    await plane.use(v6(both), bindings, undefined, workloads);
    expect(plane.toAgent(tcp(way, segments.data), BETA)).toMatchObject(noIngress);
  });

  it('from elsewhere only the receiver has a say', () => {
    const way = path('198.51.100.9', '10.8.2.5');
    const probes = 'AgentPolicy/beta#probes';
    expect(plane.toAgent(tcp({ ...way, dstPort: 8080 }), BETA)).toMatchObject({
      ...{ passed: true, reason: 'allowed', clause: probes },
    });
    const noIngress = { passed: false, reason: 'no-ingress', clause: null };
    expect(plane.toAgent(tcp(way), BETA)).toMatchObject(noIngress);
    const beside = tcp({ ...path('198.51.101.9', '10.8.2.5'), dstPort: 8080 });
    expect(plane.toAgent(beside, BETA)).toMatchObject(noIngress);
  });

  it('a registration that is gone is no agent any more', async () => {
    const both = `${alpha}---\n${beta}`;
    await plane.use(both, bindings, undefined, workloads.slice(1));
    const sent = plane.fromAgent(tcp(path('10.9.1.7', '10.8.2.5')), ALPHA);
    expect(sent).toMatchObject({ passed: false, reason: 'unknown-workload' });
    await plane.use(both, bindings, undefined, workloads);
  });

  describe('ingress of a flow that is open', () => {
    it('is judged anew by the rules of now', async () => {
      const way = { ...path('198.51.100.9', '10.8.2.5'), dstPort: 8080 };
      expect(plane.toAgent(tcp(way), BETA).passed).toBe(true);
      expect(plane.fromAgent(tcp(back(way), segments.synAck), BETA).passed).toBe(true);
      await plane.use(`${alpha}---\n${beta.replace('8080', '8081')}`, bindings);
      expect(plane.toAgent(tcp(way, segments.data), BETA)).toMatchObject({
        ...{ passed: false, reason: 'no-ingress' },
      });
    });
  });
});
