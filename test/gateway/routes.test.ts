import { afterAll, beforeAll, expect, it } from 'vitest';
import { waitFor } from '../../lab/net/index.ts';
import { describeKernel } from '../kernel/availability.ts';
import { from, tcp } from '../kernel/packets.ts';
import { OwnNetwork, type RunningGateway } from './support/own-network.ts';

const policies = `apiVersion: sallyport.dev/v1
kind: AgentPolicy
metadata: {name: alpha, version: 1.0.0}
spec:
  workloads: {cidrs: [10.8.1.0/24]}
  allow:
    - {id: elsewhere, to: {cidr: 203.0.113.0/25}, protocol: tcp, ports: [443], via: circuit}
    - {id: usual, to: {cidr: 203.0.113.0/24}, protocol: tcp, ports: [443]}
---
apiVersion: sallyport.dev/v1
kind: GatewayGroup
metadata: {name: eu, version: 1.0.0}
spec:
  routes: {circuit: {interface: way0, nextHop: 198.51.100.2}}
`;

// One story, told in order. The machine's own default route leads out by out0, the circuit is way0.
describeKernel('a gateway with two ways out', () => {
  let network: OwnNetwork;
  let gateway: RunningGateway;
  let port = 40000;
  const ip = (...args: string[]) => network.inside('ip', args);
  /** Packets that have come out at the far end of a link. */
  const arrived = async (link: string) => {
    const { stdout } = await ip('-json', '-s', 'link', 'show', link);
    return (JSON.parse(stdout) as { stats64: { rx: { packets: number } } }[])[0]?.stats64.rx
      .packets;
  };
  const send = async (dst: string, mac: string) => {
    const frame = tcp(from('10.8.1.5', ++port).to(dst));
    Buffer.from(mac.replaceAll(':', ''), 'hex').copy(frame, 0);
    await network.sendFromAgent([frame]);
  };
  const macOf = async (link: string) => {
    const { stdout } = await ip('-json', 'link', 'show', link);
    return (JSON.parse(stdout) as { address: string }[])[0]?.address ?? '';
  };
  /** What has come out at both ends, once one more packet has. */
  const leaves = async (dst: string) => {
    const before = [(await arrived('out1')) ?? 0, (await arrived('way1')) ?? 0] as const;
    await send(dst, await macOf('gw0'));
    return waitFor(
      `a packet to ${dst} on its way out`,
      async () => {
        const out = ((await arrived('out1')) ?? 0) - before[0];
        const way = ((await arrived('way1')) ?? 0) - before[1];
        return out + way > 0 && { out, way };
      },
      { deadline: 10_000 },
    );
  };
  /** The far end keeps what it gets. */
  const deaf = (link: string) =>
    network.inside('sh', ['-c', `echo 0 > /proc/sys/net/ipv4/conf/${link}/forwarding`]);
  /** No neighbour discovery of its own: what comes out is what the agent has sent. */
  const mute = (link: string) =>
    network.inside('sh', ['-c', `echo 1 > /proc/sys/net/ipv6/conf/${link}/disable_ipv6`]);
  const addCircuit = async () => {
    await ip('link', 'add', 'way0', 'type', 'veth', 'peer', 'name', 'way1');
    for (const link of ['way0', 'way1']) {
      await mute(link);
      await ip('link', 'set', link, 'up');
    }
    await deaf('way1');
    await ip('address', 'add', '198.51.100.1/24', 'dev', 'way0');
    await ip('neigh', 'add', '198.51.100.2', 'lladdr', await macOf('way1'), 'dev', 'way0');
  };

  /** Rules and routes of the gateway's in the machine's routing. */
  const ours = async () => {
    const shown = await Promise.all(
      ['-4', '-6'].flatMap((family) => [
        ip(family, 'rule', 'show'),
        ip(family, 'route', 'show', 'table', 'all'),
      ]),
    );
    const lines = shown.flatMap(({ stdout }) => stdout.split('\n'));
    return lines.filter((line) => /^5300:|table 1[34]\d{8}\b/.test(line)).length;
  };

  beforeAll(async () => {
    network = await OwnNetwork.create('routes');
    await network.inside('sh', ['-c', 'echo 1 > /proc/sys/net/ipv4/ip_forward']);
    await deaf('out1');
    await mute('out0');
    await addCircuit();
    await ip('neigh', 'add', '192.0.2.2', 'lladdr', await macOf('out1'), 'dev', 'out0');
    await ip('route', 'add', 'default', 'via', '192.0.2.2', 'dev', 'out0');
    await network.write(policies);
    gateway = await network.start();
    await gateway.logged('applied');
  });
  afterAll(() => network?.remove());

  it('sends each flow by the one that its clause names', async () => {
    expect(await leaves('203.0.113.7')).toEqual({ out: 0, way: 1 });
    expect(await leaves('203.0.113.200')).toEqual({ out: 1, way: 0 });
  });

  it('sends nothing by another when one is gone: refused and told, and open again when it is back', async () => {
    await ip('link', 'delete', 'way0');
    const before = await arrived('out1');
    // At once, before any process could have noticed: the table of the circuit has an end.
    await send('203.0.113.8', await macOf('gw0'));
    expect(await gateway.logged('routes')).toMatchObject({
      level: 'warn',
      closed: ['interface way0 198.51.100.2'],
    });
    await send('203.0.113.9', await macOf('gw0'));
    await waitFor(
      'the denial',
      async () => ((await network.status()).packets['no-route'] ?? 0) > 0,
      { deadline: 10_000 },
    );
    expect(await arrived('out1')).toBe(before);
    await addCircuit();
    expect(await gateway.logged('routes', 2)).toMatchObject({ level: 'info', closed: [] });
    expect(await leaves('203.0.113.10')).toEqual({ out: 0, way: 1 });
  });

  it('leaves nothing of it in the machine’s routing', async () => {
    expect(await ours()).toBeGreaterThan(0);
    await network.write(policies.replace(', via: circuit', ''));
    await gateway.logged('applied', 2);
    await waitFor('clean routing', async () => (await ours()) === 0, { deadline: 10_000 });
    await network.write(policies);
    await gateway.logged('applied', 3);
    expect(await ours()).toBeGreaterThan(0);
    await gateway.stop();
    expect(await leaves('203.0.113.11')).toEqual({ out: 0, way: 1 });
    await network.command('detach', '--name', network.name);
    expect(await ours()).toBe(0);
  });
});
