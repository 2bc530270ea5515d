import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeKernel } from './availability.ts';
import { DataPlane } from './data-plane.ts';
import { back, edited, from, icmpError, type Path, ping, segments, tcp, udp } from './packets.ts';

const policies = (ports: string) => `apiVersion: sallyport.dev/v1
kind: AgentPolicy
metadata: {name: alpha, version: 1.0.0}
spec:
  workloads: {cidrs: [10.8.1.0/24, "fd00:8:1::/64"]}
  allow:
    - {id: web, to: {cidr: 192.0.2.0/24}, protocol: tcp, ports: [${ports}]}
    - {id: web6, to: {cidr: "2001:db8::/32"}, protocol: tcp, ports: [443]}
    - {id: games, to: {cidr: 192.0.2.0/24}, protocol: udp, ports: [5000]}
    - {id: ping, to: {cidr: 192.0.2.0/24}, protocol: icmp}
`;

const router = '203.0.113.1';
const related = { passed: true, reason: 'related' };
const stray = { passed: false, reason: 'not-established' };

describeKernel('ICMP errors', () => {
  let plane: DataPlane;
  let port = 40000;
  const fresh = (dst = '192.0.2.10', src = '10.8.1.5', dstPort = 443) =>
    from(src, ++port).to(dst, dstPort);
  const opened = (path: Path = fresh()) => {
    expect(plane.fromAgent(tcp(path)).passed).toBe(true);
    return path;
  };

  beforeAll(async () => {
    plane = new DataPlane();
    await plane.use(policies('443'));
  });
  afterAll(() => plane.close());

  it.each([3, 11, 12])('about a known flow reach the agent: type %i', (type) => {
    const path = opened();
    const there = from(router).to(path.src);
    expect(plane.toAgent(icmpError(there, tcp(path), type))).toMatchObject(related);
    expect(plane.toAgent(icmpError(back(path), tcp(path), type))).toMatchObject(related);
  });

  it.each([1, 2, 3, 4])('about a known IPv6 flow reach the agent: type %i', (type) => {
    const path = opened(fresh('2001:db8::10', 'fd00:8:1::5'));
    const there = from('2001:db8:ffff::1').to(path.src);
    expect(plane.toAgent(icmpError(there, tcp(path), type))).toMatchObject(related);
  });

  it('about UDP and echo reach the agent too', () => {
    const datagram = fresh('192.0.2.10', '10.8.1.5', 5000);
    expect(plane.fromAgent(udp(datagram)).passed).toBe(true);
    expect(plane.toAgent(icmpError(from(router).to(datagram.src), udp(datagram)))).toMatchObject(
      related,
    );
    const echo = fresh();
    expect(plane.fromAgent(ping(echo)).passed).toBe(true);
    expect(plane.toAgent(icmpError(from(router).to(echo.src), ping(echo)))).toMatchObject(related);
  });

  it('about what was never sent do not', () => {
    const path = fresh();
    expect(plane.toAgent(icmpError(from(router).to(path.src), tcp(path)))).toMatchObject(stray);
  });

  it('for one agent about the flow of another do not', () => {
    const path = opened();
    const other = from(router).to('10.8.1.6');
    expect(plane.toAgent(icmpError(other, tcp(path)))).toMatchObject(stray);
  });

  it('go from an agent to whoever sent it the packet', () => {
    const path = opened();
    const answer = tcp(back(path), segments.synAck);
    expect(plane.fromAgent(icmpError(path, answer))).toMatchObject(related);
  });

  it('carry nothing from an agent to anyone else', () => {
    const path = opened();
    const answer = tcp(back(path), segments.synAck, Buffer.from('a secret'));
    const elsewhere = { ...path, dst: '198.51.100.66' };
    expect(plane.fromAgent(icmpError(elsewhere, answer))).toMatchObject(stray);
    const inPretence = tcp({ ...back(path), src: elsewhere.dst }, segments.synAck);
    expect(plane.fromAgent(icmpError(elsewhere, inPretence))).toMatchObject(stray);
  });

  it('about a packet to another agent are not this one’s to send', () => {
    const other = opened(fresh('192.0.2.10', '10.8.1.6'));
    const answer = tcp(back(other), segments.synAck);
    expect(plane.fromAgent(icmpError({ ...other, src: '10.8.1.5' }, answer))).toMatchObject(stray);
  });

  it('about an agent’s own packet are not an agent’s to send', () => {
    const path = opened();
    expect(plane.fromAgent(icmpError(path, tcp(path)))).toMatchObject(stray);
  });

  it('about an error are refused', () => {
    const path = opened();
    const error = icmpError(from(router).to(path.src), tcp(path));
    expect(plane.toAgent(icmpError(from(router).to(router), error)).passed).toBe(false);
  });

  it.each<[string, (about: Buffer) => Buffer]>([
    ['whose inner packet is cut short', (about) => about.subarray(0, 14 + 24)],
    ['whose inner packet is of another version', (about) => edited(about, { 0: 0x65 })],
    ['whose inner header is too short', (about) => edited(about, { 0: 0x44 })],
    ['about a later fragment, which has no ports', (about) => edited(about, { 7: 9 })],
  ])('%s are refused', (_title, fault) => {
    const path = opened();
    const error = icmpError(from(router).to(path.src), fault(tcp(path)));
    expect(plane.toAgent(error)).toMatchObject({ passed: false, reason: 'malformed' });
  });

  it('whose inner packet lies behind the end of the outer are refused', () => {
    const path = opened();
    const error = icmpError(from(router).to(path.src), tcp(path));
    expect(plane.toAgent(edited(error, { 3: 28 }))).toMatchObject({
      passed: false,
      reason: 'malformed',
    });
  });

  it('about a flow that new rules deny are refused, and the flow is gone', async () => {
    const path = opened();
    await plane.use(policies('8443'));
    const error = icmpError(from(router).to(path.src), tcp(path));
    expect(plane.toAgent(error)).toMatchObject({ passed: false, reason: 'no-clause' });
    expect(plane.toAgent(error)).toMatchObject(stray);
    await plane.use(policies('443'));
  });

  it('end a connection whose ClientHello is awaited, where new rules deny it', async () => {
    const overTls = policies('443').replace(
      'protocol: tcp, ports: [443]}',
      'protocol: tls, ports: [443]}',
    );
    await plane.use(overTls);
    const path = opened();
    const ended = { passed: false, reason: 'no-clause' };
    await plane.use(policies('80'));
    expect(plane.toAgent(icmpError(back(path), tcp(path)))).toMatchObject(ended);
    await plane.use(overTls);
    // The server may hold some of it yet: no other connection takes its place at once.
    expect(plane.fromAgent(tcp(path))).toMatchObject(ended);
  });
});
