import { afterAll, beforeAll, expect, it } from 'vitest';
import { lower } from '../../gateway/lower/index.ts';
import type { Ways } from '../../gateway/tables/index.ts';
import { describeKernel } from './availability.ts';
import { DataPlane, LINK } from './data-plane.ts';
import { back, from, segments, tcp } from './packets.ts';
import { rulesOf } from './rules-of.ts';
import { TcpClient } from './tcp-client.ts';

const policies = (mode = 'enforce') => `apiVersion: sallyport.dev/v1
kind: AgentPolicy
metadata: {name: alpha, version: 1.0.0}
spec:
  mode: ${mode}
  workloads: {cidrs: [10.8.1.0/24, "fd00:8:1::/64"]}
  allow:
    - {id: marked, to: {cidr: 192.0.2.0/24}, protocol: tcp, ports: [443], via: marked}
    - {id: linked, to: {cidr: 198.51.100.0/24}, protocol: tcp, ports: [443], via: linked}
    - {id: linked6, to: {cidr: "2001:db8::/32"}, protocol: tcp, ports: [443], via: linked}
    - {id: tls, to: {cidr: 203.0.113.128/25}, protocol: tls, ports: [443], via: marked}
    - {id: plain, to: {cidr: 203.0.113.0/25}, protocol: tcp, ports: [443]}
---
apiVersion: sallyport.dev/v1
kind: GatewayGroup
metadata: {name: eu, version: 1.0.0}
spec:
  routes: {marked: {mark: 16}, linked: {interface: eth1, nextHop: 192.0.2.1}}
`;
const bindings = [{ ifindex: LINK, holds: 'all' }] as const;
const linked = 'interface eth1 192.0.2.1';
const ways: Ways = new Map([
  ['mark 16', { mark: 16, families: [4, 6] }],
  [linked, { mark: 17, families: [4] }],
]);

describeKernel('a way out', () => {
  let plane: DataPlane;
  let port = 40000;
  const path = (dst: string, src = '10.8.1.5') => from(src, ++port).to(dst);
  const fromAgent = (frame: Buffer) => ({ ...plane.fromAgent(frame), mark: plane.lastMark });
  const toAgent = (frame: Buffer) => ({ ...plane.toAgent(frame), mark: plane.lastMark });
  const use = (some: Ways, text = policies()) =>
    plane.tables.apply(lower(rulesOf(text)), bindings, [], some);

  beforeAll(async () => {
    plane = new DataPlane();
    await use(ways);
  });
  afterAll(() => plane.close());

  it('is a mark on every packet that the agent sends, and on no answer', () => {
    const open = path('192.0.2.10');
    expect(fromAgent(tcp(open))).toMatchObject({ passed: true, mark: 16 });
    expect(toAgent(tcp(back(open), segments.synAck))).toMatchObject({
      passed: true,
      mark: LINK,
    });
    expect(fromAgent(tcp(open, segments.data))).toMatchObject({ passed: true, mark: 16 });
    expect(fromAgent(tcp(path('198.51.100.10')))).toMatchObject({ passed: true, mark: 17 });
    expect(fromAgent(tcp(path('203.0.113.10')))).toMatchObject({ passed: true, mark: LINK });
  });

  it('is refused where it is not there, in audit too, and takes no other', async () => {
    const refused = { passed: false, reason: 'no-route', clause: 'AgentPolicy/alpha#linked' };
    const six = path('2001:db8::1', 'fd00:8:1::5');
    expect(fromAgent(tcp(six))).toMatchObject({
      passed: false,
      reason: 'no-route',
      clause: 'AgentPolicy/alpha#linked6',
    });
    const open = path('198.51.100.10');
    expect(fromAgent(tcp(open)).passed).toBe(true);
    const { generation } = plane.tables;
    plane.tables.routes.setWays(new Map());
    expect(fromAgent(tcp(open, segments.data))).toMatchObject(refused);
    expect(toAgent(tcp(back(open), segments.data)).passed).toBe(true);
    plane.tables.routes.setWays(ways);
    expect(fromAgent(tcp(open, segments.data))).toMatchObject({ passed: true, mark: 17 });
    expect(plane.tables.generation).toBe(generation);
    await use(new Map(), policies('audit'));
    expect(fromAgent(tcp(path('198.51.100.10')))).toMatchObject(refused);
  });

  it('is taken by a TLS connection from its SYN on, before the clause is sure', async () => {
    await use(ways);
    const open = path('203.0.113.200');
    expect(fromAgent(tcp(open))).toMatchObject({ passed: true, mark: 16 });
    const client = new TcpClient(plane, open, 0);
    client.answered();
    expect(client.send({ flags: segments.ack })).toMatchObject({ passed: true });
    expect(plane.lastMark).toBe(16);
  });

  it('is another for open flows as soon as the rules say so', async () => {
    await use(ways);
    const open = path('192.0.2.10');
    fromAgent(tcp(open));
    const changed = new Map([...ways, ['mark 18', { mark: 18, families: [4, 6] }] as const]);
    await use(changed, policies().replace('mark: 16', 'mark: 18'));
    expect(fromAgent(tcp(open, segments.data))).toMatchObject({ passed: true, mark: 18 });
    await use(changed, policies().replace(', via: marked', ''));
    expect(fromAgent(tcp(open, segments.data))).toMatchObject({ passed: true, mark: LINK });
  });

  it('is nowhere where the gateway’s group has none of that name', async () => {
    await plane.tables.apply(lower(rulesOf(policies()), 'another'), bindings, [], ways);
    expect(fromAgent(tcp(path('192.0.2.10')))).toMatchObject({
      passed: false,
      reason: 'no-route',
    });
  });
});
