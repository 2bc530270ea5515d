import { afterAll, beforeAll, expect, it } from 'vitest';
import { waitFor } from '../../lab/net/index.ts';
import { describeKernel } from '../kernel/availability.ts';
import { ContainerHost } from './support/container-host.ts';
import type { RunningGateway } from './support/own-network.ts';

const agent = (name: string, address: string, more: string) => `---
apiVersion: sallyport.dev/v1
kind: AgentPolicy
metadata: {name: ${name}, version: 1.0.0}
spec:
  workloads: {cidrs: [${address}/32]}
${more}`;
const policies = [
  agent(
    'alpha',
    '10.8.1.2',
    '  allow: [{id: beta, to: {agent: beta}, protocol: icmp}, {id: gamma, to: {agent: gamma}, protocol: icmp}]\n',
  ),
  agent(
    'beta',
    '10.8.1.3',
    '  ingress: {allow: [{id: alpha, from: {agent: alpha}, protocol: icmp}]}\n',
  ),
  agent(
    'gamma',
    '10.8.2.2',
    '  ingress: {allow: [{id: alpha, from: {agent: alpha}, protocol: icmp}]}\n',
  ),
].join('');

// Two containers on a bridge whose ports are governed, one on a link of its own; and the bridge's own port.
describeKernel('containers that are governed at the host’s end of their links', () => {
  let host: ContainerHost;
  let gateway: RunningGateway;
  /** The first line of the log with these fields. */
  const logged = (fields: Readonly<Record<string, unknown>>) =>
    waitFor(
      `a flow with ${JSON.stringify(fields)}`,
      () =>
        gateway
          .of('flow')
          .find((flow) => Object.entries(fields).every(([key, value]) => flow[key] === value)),
      { deadline: 10_000 },
    );

  beforeAll(async () => {
    host = await ContainerHost.create();
    gateway = await host.govern(policies, [
      'veth-a=10.8.1.2/32',
      'veth-b=10.8.1.3/32',
      'veth-c',
      'br0',
    ]);
  });
  afterAll(() => host?.remove());

  it('reach each other over the bridge by the rules of both', async () => {
    expect(await host.pings('a', '10.8.1.3')).toBe(true);
    const allowed = await logged({ kind: 'new', interface: 'veth-a', dst: '10.8.1.3' });
    expect(allowed).toMatchObject({ agent: 'alpha', clause: 'AgentPolicy/alpha#beta' });
    expect(await host.pings('b', '10.8.1.2')).toBe(false);
    const denied = await logged({ kind: 'deny', interface: 'veth-b', dst: '10.8.1.2' });
    expect(denied).toMatchObject({ agent: 'beta', reason: 'no-clause' });
  });

  it('reach each other over the host’s routes', async () => {
    expect(await host.pings('a', '10.8.2.2')).toBe(true);
    expect(await host.pings('c', '10.8.1.2')).toBe(false);
    const denied = await logged({ kind: 'deny', interface: 'veth-c', dst: '10.8.1.2' });
    expect(denied).toMatchObject({ agent: 'gamma', reason: 'no-clause' });
  });

  it('reach the host only where a clause says so', async () => {
    expect(await host.pings('a', '10.8.1.1')).toBe(false);
    const denied = await logged({ kind: 'deny', interface: 'veth-a', dst: '10.8.1.1' });
    expect(denied).toMatchObject({ agent: 'alpha', reason: 'no-clause' });
  });

  it('cannot use each other’s addresses, on the bridge or beyond it', async () => {
    // By its own address first, so that it knows its neighbours: it could not ask for them by another's.
    for (const [container, dst] of [
      ['b', '10.8.2.2'],
      ['c', '10.8.1.3'],
    ] as const) {
      expect(await host.pings(container, dst)).toBe(false);
      await host.inside(container, 'ip address add 10.8.1.2/32 dev eth0');
      expect(await host.pings(container, dst, '-I 10.8.1.2')).toBe(false);
      const denied = await logged({ interface: `veth-${container}`, src: '10.8.1.2', dst });
      expect(denied).toMatchObject({ reason: 'spoofed-source', agent: null });
    }
  });
});
