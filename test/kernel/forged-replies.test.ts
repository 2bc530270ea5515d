import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeKernel } from './availability.ts';
import { clientHello } from './client-hello.ts';
import { DataPlane, LINK } from './data-plane.ts';
import { addressRecord, answer, ask, query } from './dns.ts';
import { back, from, icmpError, ping, segments, tcp, udp } from './packets.ts';
import { TcpClient } from './tcp-client.ts';

const policies = `apiVersion: sallyport.dev/v1
kind: AgentPolicy
metadata: {name: alpha, version: 1.0.0}
spec:
  workloads: {cidrs: [10.8.1.0/24]}
  dns: {resolvers: [10.8.0.53]}
  allow:
    - {id: api, to: {host: api.example.com}, protocol: https}
    - {id: games, to: {cidr: 192.0.2.0/24}, protocol: udp, ports: [5000]}
    - {id: ping, to: {cidr: 192.0.2.0/24}, protocol: icmp}
    - {id: next, to: {agent: alpha}, protocol: udp, ports: [7000]}
  ingress:
    allow:
      - {id: in, from: {cidr: 198.51.100.0/24}, protocol: udp, ports: [7000]}
      - {id: peer, from: {agent: alpha}, protocol: udp, ports: [7000]}
`;
const named = '93.184.215.1';
const good = clientHello('api.example.com');
const bad = clientHello('www.evil.example');
const nobodys = { passed: false, reason: 'unknown-workload' };

/** The agent's machine sends frames that look as if the other end had answered. */
describeKernel('an answer that an agent writes to itself', () => {
  let plane: DataPlane;
  let port = 20000;

  beforeAll(async () => {
    plane = new DataPlane();
    await plane.use(policies);
    ask(plane, query('api.example.com'), answer('api.example.com', [addressRecord(named)]));
  });
  afterAll(() => plane.close());

  it('teaches no address for a name', () => {
    const exchange = { srcPort: ++port };
    expect(plane.fromAgent(query('api.example.com', 1, exchange)).passed).toBe(true);
    const forged = answer('api.example.com', [addressRecord('203.0.113.66')], exchange);
    expect(plane.fromAgent(forged)).toMatchObject(nobodys);
    expect(plane.learned('alpha', '203.0.113.66')).toEqual([]);
    expect(plane.toAgent(answer('api.example.com', [addressRecord(named)], exchange)).passed).toBe(
      true,
    );
  });

  it('does not acknowledge a ClientHello, so that another could follow', () => {
    const client = new TcpClient(plane, from('10.8.1.5', ++port).to(named)).open();
    client.data(good);
    expect(plane.fromAgent(client.replyFrame({}))).toMatchObject(nobodys);
    expect(client.data(bad, 0)).toMatchObject({ passed: false, reason: 'tls-resent' });
  });

  it('does not answer a SYN', () => {
    const client = new TcpClient(plane, from('10.8.1.5', ++port).to(named));
    client.syn();
    expect(plane.fromAgent(client.replyFrame({ flags: segments.synAck, at: 0 }))).toMatchObject(
      nobodys,
    );
    expect(client.data(good)).toMatchObject({ passed: false, reason: 'tls-pending' });
  });

  it.each([
    ['a SYN', (path: ReturnType<typeof back>) => tcp(path)],
    ['an echo reply', (path: ReturnType<typeof back>) => ping(path, true, path.dstPort)],
    ['a datagram', (path: ReturnType<typeof back>) => udp(path)],
    ['an ICMP error', (path: ReturnType<typeof back>) => icmpError(path, udp(back(path)))],
  ])('is denied as any packet of nobody: %s', (_title, forged) => {
    const path = from('10.8.1.5', ++port).to('192.0.2.10', 5000);
    plane.fromAgent(udp(path));
    plane.fromAgent(ping(path));
    expect(plane.fromAgent(forged(back(path)))).toMatchObject(nobodys);
    expect(plane.toAgent(udp(back(path))).passed).toBe(true);
  });

  it('is none to what others began', () => {
    const path = from('198.51.100.9', ++port).to('10.8.1.5', 7000);
    expect(plane.toAgent(udp(path)).passed).toBe(true);
    expect(plane.fromAgent(udp(path))).toMatchObject(nobodys);
    expect(plane.fromAgent(udp(back(path)))).toMatchObject({ passed: true, reason: 'reply' });
  });

  it('is real between agents of one interface', () => {
    const path = from('10.8.1.5', ++port).to('10.8.1.6', 7000);
    for (const frame of [udp(path), udp(back(path)), udp(path)]) {
      expect(plane.fromAgent(frame)).toMatchObject({ passed: true });
      expect(plane.toAgent(frame, LINK, LINK)).toMatchObject({ passed: true });
    }
  });

  it('is no ICMP error about a server that may say nothing yet', () => {
    const client = new TcpClient(plane, from('10.8.1.5', ++port).to(named)).open();
    const error = icmpError(client.path, client.replyFrame({ flags: segments.synAck, at: 0 }));
    expect(plane.fromAgent(error)).toMatchObject({ passed: false, reason: 'not-established' });
    client.data(good);
    expect(plane.fromAgent(error)).toMatchObject({ passed: true, reason: 'related' });
  });

  it('does not come from beyond either', () => {
    const path = from('10.8.1.5', ++port).to('192.0.2.10', 5000);
    expect(plane.fromAgent(udp(path)).passed).toBe(true);
    expect(plane.toAgent(udp(path)).passed).toBe(false);
  });
});
