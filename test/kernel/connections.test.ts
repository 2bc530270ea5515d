import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeKernel } from './availability.ts';
import { DataPlane } from './data-plane.ts';
import { back, from, type Path, ping, segments, tcp, udp } from './packets.ts';

const policies = (mode: 'enforce' | 'audit') => `apiVersion: sallyport.dev/v1
kind: AgentPolicy
metadata: {name: alpha, version: 1.0.0}
spec:
  mode: ${mode}
  workloads: {cidrs: [10.8.1.0/24, "fd00:8:1::/64", 250.8.1.0/24]}
  allow:
    - {id: web, to: {cidr: 192.0.2.0/24}, protocol: tcp, ports: [443]}
    - {id: web6, to: {cidr: "2001:db8::/32"}, protocol: tcp, ports: [443]}
    - {id: games, to: {cidr: 192.0.2.0/24}, protocol: udp, ports: [5000]}
    - {id: ping, to: {cidr: 192.0.2.0/24}, protocol: icmp}
`;

const refused = { passed: false, reason: 'not-established' };
const reply = { passed: true, reason: 'reply', clause: 'AgentPolicy/alpha#web' };

describeKernel('connections', () => {
  let plane: DataPlane;
  let port = 40000;
  /** A path with a port of its own: nothing of an earlier test is on it. */
  const fresh = (dst = '192.0.2.10', dstPort = 443, src = '10.8.1.5') =>
    from(src, ++port).to(dst, dstPort);
  const open = (path: Path) => {
    expect(plane.fromAgent(tcp(path))).toMatchObject({ passed: true, reason: 'allowed' });
    expect(plane.toAgent(tcp(back(path), segments.synAck))).toMatchObject(reply);
    return path;
  };

  beforeAll(async () => {
    plane = new DataPlane();
    await plane.use(policies('enforce'));
  });
  afterAll(() => plane.close());

  it.each([
    // Lesser and greater in both byte orders: the flow's key puts the lesser first.
    ['the lesser address', '10.8.1.5'],
    ['the greater address', '250.8.1.250'],
  ])('are open both ways once the agent has begun them, from %s', (_title, src) => {
    const path = open(fresh('192.0.2.10', 443, src));
    expect(plane.fromAgent(tcp(path, segments.data))).toMatchObject({
      passed: true,
      reason: 'allowed',
    });
    expect(plane.toAgent(tcp(back(path), segments.data))).toMatchObject(reply);
    expect(plane.toAgent(tcp(back(path), segments.fin))).toMatchObject(reply);
    expect(plane.fromAgent(tcp(path, segments.ack)).passed).toBe(true);
  });

  it('do not open another port, address or protocol beside them', () => {
    const path = open(fresh());
    const answer = back(path);
    expect(plane.toAgent(tcp({ ...answer, srcPort: 444 }, segments.data))).toMatchObject(refused);
    expect(plane.toAgent(tcp({ ...answer, dstPort: 9 }, segments.data))).toMatchObject(refused);
    expect(plane.toAgent(tcp({ ...answer, src: '192.0.2.11' }, segments.data))).toMatchObject(
      refused,
    );
    expect(plane.toAgent(udp(answer))).toMatchObject({ passed: false, reason: 'no-ingress' });
    expect(plane.fromAgent(tcp({ ...path, dstPort: 22 }, segments.data)).passed).toBe(false);
  });

  it('are not what comes unasked from outside', () => {
    const answer = back(fresh());
    expect(plane.toAgent(tcp(answer))).toMatchObject({ passed: false, reason: 'no-ingress' });
    for (const flags of [
      segments.synAck,
      segments.data,
      segments.ack,
      segments.rst,
      segments.fin,
    ]) {
      expect(plane.toAgent(tcp(answer, flags))).toMatchObject(refused);
    }
    expect(plane.toAgent(udp(answer))).toMatchObject({ passed: false, reason: 'no-ingress' });
    expect(plane.toAgent(ping(answer))).toMatchObject({ passed: false, reason: 'no-ingress' });
    expect(plane.toAgent(ping(answer, true))).toMatchObject(refused);
  });

  it('are not begun by an agent’s SYN-ACK, RST or FIN', () => {
    for (const flags of [segments.synAck, segments.rst, segments.fin]) {
      expect(plane.fromAgent(tcp(fresh(), flags))).toMatchObject(refused);
    }
  });

  it('that are older than the gateway go on if the rules allow them', () => {
    expect(plane.fromAgent(tcp(fresh(), segments.data))).toMatchObject({
      passed: true,
      clause: 'AgentPolicy/alpha#web',
    });
    expect(plane.fromAgent(tcp(fresh('192.0.2.10', 22), segments.data))).toMatchObject({
      passed: false,
      reason: 'no-clause',
    });
  });

  it('cannot be ended by a SYN from outside', () => {
    const path = open(fresh());
    expect(plane.toAgent(tcp(back(path)))).toMatchObject({ passed: false, reason: 'no-ingress' });
    expect(plane.toAgent(tcp(back(path), segments.data))).toMatchObject(reply);
  });

  it('begin anew with a new SYN, counted as another flow', () => {
    const path = open(fresh());
    const before = flowsDecided();
    expect(plane.fromAgent(tcp(path))).toMatchObject({ passed: true, reason: 'allowed' });
    expect(flowsDecided()).toBe(before + 1n);
  });

  it('begin once, however often an unanswered SYN is sent', () => {
    const path = fresh();
    plane.fromAgent(tcp(path));
    const before = flowsDecided();
    expect(plane.fromAgent(tcp(path)).passed).toBe(true);
    expect(flowsDecided()).toBe(before);
  });

  it('over UDP are answered on their own ports only', () => {
    const path = fresh('192.0.2.10', 5000);
    expect(plane.fromAgent(udp(path)).passed).toBe(true);
    expect(plane.toAgent(udp(back(path)))).toMatchObject({ passed: true, reason: 'reply' });
    expect(plane.toAgent(udp({ ...back(path), dstPort: 5 })).passed).toBe(false);
  });

  it('of echo: the one who asked is answered, and not asked in turn', () => {
    const path = fresh();
    expect(plane.fromAgent(ping(path))).toMatchObject({ passed: true, reason: 'allowed' });
    expect(plane.toAgent(ping(back(path), true, path.srcPort))).toMatchObject({
      passed: true,
      reason: 'reply',
    });
    expect(plane.toAgent(ping(back(path), true, 9)).passed).toBe(false);
    expect(plane.toAgent(ping(back(path), false, path.srcPort)).passed).toBe(false);
    expect(plane.fromAgent(ping(path, true)).passed).toBe(false);
  });

  it('to an IPv4 address inside NAT64 are judged as that address', () => {
    const path = fresh('64:ff9b::192.0.2.10', 443, 'fd00:8:1::5');
    expect(plane.fromAgent(tcp(path))).toMatchObject({ passed: true, clause: reply.clause });
    expect(plane.toAgent(tcp(back(path), segments.synAck))).toMatchObject(reply);
    const denied = fresh('64:ff9b::198.51.100.1', 443, 'fd00:8:1::5');
    expect(plane.fromAgent(tcp(denied)).passed).toBe(false);
  });

  it('pass in audit mode, and say that they would not have', async () => {
    await plane.use(policies('audit'));
    const outward = fresh('198.51.100.1');
    const inward = back(fresh('198.51.100.2'));
    const softened = { passed: true, reason: 'would-deny', clause: null };
    expect(plane.fromAgent(tcp(outward))).toMatchObject(softened);
    expect(plane.toAgent(tcp(inward))).toMatchObject(softened);
    expect(plane.fromAgent(tcp(back(inward), segments.synAck))).toMatchObject({
      passed: true,
      reason: 'reply',
    });
    await plane.use(policies('enforce'));
    expect(plane.fromAgent(tcp(outward, segments.data)).passed).toBe(false);
    expect(plane.toAgent(tcp(inward, segments.data)).passed).toBe(false);
  });

  it('within audit mode are refused still when malformed, spoofed or of another protocol', async () => {
    await plane.use(policies('audit'));
    expect(plane.fromAgent(tcp(fresh(), 0)).reason).toBe('malformed');
    expect(plane.fromAgent(tcp(fresh('192.0.2.1', 443, '10.9.9.9'))).reason).toBe(
      'unknown-workload',
    );
    expect(plane.toAgent(tcp(back(fresh()), segments.data))).toMatchObject(refused);
    await plane.use(policies('enforce'));
  });

  function flowsDecided(): bigint {
    const numbers = [...plane.maps.sp_clauses.keys()];
    return numbers
      .flatMap((number) => plane.maps.sp_clause_count.getPerCpu(number))
      .reduce((sum, { flows }) => sum + flows, 0n);
  }
});
