import { afterAll, beforeAll, expect, it } from 'vitest';
import { cidr } from '../arbitraries/alphabet.ts';
import { describeKernel } from './availability.ts';
import { DataPlane, LINK } from './data-plane.ts';
import { back, from, segments, tcp } from './packets.ts';

const agent = (name: string, cidrs: string) => `apiVersion: sallyport.dev/v1
kind: AgentPolicy
metadata: {name: ${name}, version: 1.0.0}
spec:
  workloads: {cidrs: [${cidrs}]}
  allow: [{id: web, to: {cidr: 192.0.2.0/24}, protocol: tcp, ports: [443]}]
`;
const policies = [
  agent('alpha', '10.8.1.0/28, "fd00:8:1::/64"'),
  agent('beta', '10.8.2.0/28, "fd00:8:2::/64"'),
].join('---\n');

const ALPHA = 11;
const BETA = 12;
const web = (src: string) => tcp(from(src, ++port).to('192.0.2.10'));
let port = 40000;

describeKernel('who sends', () => {
  let plane: DataPlane;
  beforeAll(() => {
    plane = new DataPlane();
  });
  afterAll(() => plane.close());

  it('does not matter before the first rules: all is refused', () => {
    expect(plane.fromAgent(web('10.8.1.1'))).toMatchObject({ passed: false, reason: 'not-ready' });
    expect(plane.toAgent(web('192.0.2.10'))).toMatchObject({ passed: false, reason: 'not-ready' });
  });

  it('is told by address, to the edges of the workload’s block', async () => {
    await plane.use(policies);
    for (const inside of ['10.8.1.0', '10.8.1.15', '10.8.2.15']) {
      expect(plane.fromAgent(web(inside))).toMatchObject({ passed: true });
    }
    for (const outside of ['10.8.0.255', '10.8.1.16', '0.0.0.0', '192.0.2.9', '127.0.0.1']) {
      expect(plane.fromAgent(web(outside))).toMatchObject({
        passed: false,
        reason: 'unknown-workload',
      });
    }
  });

  it('is bound to an interface where there are several', async () => {
    const bindings = [
      { ifindex: ALPHA, holds: [cidr('10.8.1.0/24'), cidr('fd00:8:1::/64')] },
      { ifindex: BETA, holds: [cidr('10.8.2.0/24')] },
    ];
    await plane.use(policies, bindings);
    expect(plane.fromAgent(web('10.8.1.1'), ALPHA).passed).toBe(true);
    expect(plane.fromAgent(web('10.8.2.1'), BETA).passed).toBe(true);
    const spoofed = { passed: false, reason: 'spoofed-source' };
    expect(plane.fromAgent(web('10.8.2.1'), ALPHA)).toMatchObject(spoofed);
    expect(plane.fromAgent(web('10.8.1.1'), BETA)).toMatchObject(spoofed);
    expect(plane.fromAgent(web('203.0.113.1'), ALPHA)).toMatchObject(spoofed);
    expect(plane.fromAgent(web('10.8.1.200'), ALPHA)).toMatchObject({
      passed: false,
      reason: 'unknown-workload',
    });
  });

  it('is nobody on an interface that is not governed', async () => {
    await plane.use(policies);
    expect(plane.fromAgent(web('10.8.1.1'), LINK).passed).toBe(true);
    expect(plane.fromAgent(web('10.8.1.1'), LINK + 1)).toMatchObject({
      passed: false,
      reason: 'spoofed-source',
    });
  });

  it('cannot be an IPv4 agent in the disguise of NAT64', async () => {
    await plane.use(policies);
    const disguised = tcp(from('64:ff9b::10.8.1.1').to('2001:db8::10'));
    expect(plane.fromAgent(disguised)).toMatchObject({ passed: false, reason: 'unknown-workload' });
  });

  it('loses its open flows when the agent is removed', async () => {
    await plane.use(policies);
    const path = from('10.8.2.1', 50000).to('192.0.2.10');
    expect(plane.fromAgent(tcp(path)).passed).toBe(true);
    await plane.use(agent('alpha', '10.8.1.0/28'));
    expect(plane.fromAgent(tcp(path, 0x10))).toMatchObject({
      passed: false,
      reason: 'unknown-workload',
    });
  });

  it('does not inherit the flows of the agent that had its address before', async () => {
    await plane.use(policies);
    const path = from('10.8.2.1', 50001).to('192.0.2.10');
    expect(plane.fromAgent(tcp(path)).passed).toBe(true);
    await plane.use(agent('gamma', '10.8.2.0/28'));
    expect(plane.fromAgent(tcp(path, 0x18)).passed).toBe(false);
  });

  it('is no agent because its address becomes one’s: what came from beyond has ended', async () => {
    const open = `${agent('beta', '10.8.2.0/28')}  ingress: {allow: [{id: all, from: {any: true}, protocol: any}]}\n`;
    await plane.use(open);
    const stranger = from('10.8.1.5', ++port).to('10.8.2.5');
    expect(plane.toAgent(tcp(stranger))).toMatchObject({ passed: true });
    await plane.use(`${open}---\n${agent('alpha', '10.8.1.0/28')}`);
    const spoofed = { passed: false, reason: 'spoofed-source' };
    expect(plane.fromAgent(tcp(back(stranger), segments.data))).toMatchObject(spoofed);
    expect(plane.toAgent(tcp(stranger, segments.data))).toMatchObject({ passed: false });
    expect(plane.toAgent(tcp(stranger))).toMatchObject(spoofed);
    // By the agent's own interface it is the agent.
    const path = from('10.8.1.6', ++port).to('10.8.2.5');
    expect(plane.toAgent(tcp(path), LINK, LINK)).toMatchObject({ passed: true });
    await plane.use(`${open}---\n${agent('alpha', '10.8.1.0/29')}`);
    expect(plane.toAgent(tcp(path, segments.data), LINK, LINK)).toMatchObject({ passed: true });
  });
});
