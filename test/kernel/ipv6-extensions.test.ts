import { afterAll, beforeAll, expect, it } from 'vitest';
import { tcpSegment, udpDatagram } from '../../gateway/judge/index.ts';
import { describeKernel } from './availability.ts';
import { DataPlane } from './data-plane.ts';
import { type Extension, edited, extended, from, ping, protocols } from './packets.ts';

const policies = `apiVersion: sallyport.dev/v1
kind: AgentPolicy
metadata: {name: alpha, version: 1.0.0}
spec:
  workloads: {cidrs: ["fd00:8:1::/64"]}
  allow: [{id: web, to: {cidr: "2001:db8::/32"}, protocol: tcp, ports: [443]}]
`;

const path = from('fd00:8:1::5').to('2001:db8::10');
const hopByHop = 0;
const routing = 43;
const destination = 60;
const authentication = 51;

describeKernel('IPv6 extension headers', () => {
  let plane: DataPlane;
  let port = 40000;
  beforeAll(async () => {
    plane = new DataPlane();
    await plane.use(policies);
  });
  afterAll(() => plane.close());

  const segment = (to: number) => tcpSegment({ from: ++port, to });
  const send = (extensions: readonly Extension[], to = 443) =>
    plane.fromAgent(extended(path, extensions, protocols.tcp, segment(to)));

  it.each<[string, Extension[]]>([
    ['hop-by-hop options', [{ type: hopByHop }]],
    ['destination options', [{ type: destination }]],
    ['long destination options', [{ type: destination, units: 4 }]],
    ['several', [{ type: hopByHop }, { type: destination }, { type: destination }]],
  ])('are stepped over to the ports: %s', (_title, extensions) => {
    expect(send(extensions)).toMatchObject({ passed: true, clause: 'AgentPolicy/alpha#web' });
    expect(send(extensions, 22)).toMatchObject({ passed: false, reason: 'no-clause' });
  });

  it.each<[string, Extension[], string]>([
    ['a routing header', [{ type: routing }], 'protocol'],
    ['a routing header behind options', [{ type: hopByHop }, { type: routing }], 'protocol'],
    ['an authentication header', [{ type: authentication, units: 3 }], 'protocol'],
    ['an unknown header', [{ type: 253 }], 'protocol'],
    ['nothing behind the options', [{ type: hopByHop }, { type: 59 }], 'protocol'],
    [
      'hop-by-hop options that are not first',
      [{ type: destination }, { type: hopByHop }],
      'malformed',
    ],
    ['more headers than are stepped over', Array(5).fill({ type: destination }), 'malformed'],
    ['a fragment header', [{ type: protocols.fragment }], 'fragment'],
    [
      'a fragment header behind options',
      [{ type: hopByHop }, { type: protocols.fragment }],
      'fragment',
    ],
  ])('that hide the ports are refused: %s', (_title, extensions, reason) => {
    expect(send(extensions)).toMatchObject({ passed: false, reason });
  });

  it('may not be longer than the packet', () => {
    const frame = extended(path, [{ type: destination }], protocols.tcp, segment(443));
    expect(plane.fromAgent(edited(frame, { 41: 4 }))).toMatchObject({
      passed: false,
      reason: 'malformed',
    });
    expect(plane.fromAgent(edited(frame, { 41: 255 }))).toMatchObject({
      passed: false,
      reason: 'malformed',
    });
  });

  it('end where the packet ends, whatever stands behind it in the frame', () => {
    const frame = extended(path, [{ type: destination }], protocols.tcp, segment(443));
    for (const length of [0, 4, 8, 27]) {
      expect(plane.fromAgent(edited(frame, { 5: length }))).toMatchObject({
        passed: false,
        reason: 'malformed',
      });
    }
  });

  it('do not make neighbour discovery of what is none', () => {
    const solicitation = edited(ping(path), { 7: 255, 40: 135 }).subarray(54);
    const hidden = extended(
      { ...path, dst: 'ff02::1:ff00:1' },
      [{ type: hopByHop }],
      protocols.icmp6,
      solicitation,
    );
    expect(plane.fromAgent(edited(hidden, { 7: 255 }))).toMatchObject({
      passed: false,
      reason: 'protocol',
    });
  });

  it('of the answer do not matter more than those of the request', () => {
    const there = { ...path, srcPort: 50000 };
    const payload = tcpSegment({ from: there.srcPort, to: 443 });
    expect(
      plane.fromAgent(extended(there, [{ type: hopByHop }], protocols.tcp, payload)).passed,
    ).toBe(true);
    const answer = tcpSegment({ from: 443, to: there.srcPort, flags: 0x12 });
    const reply = { ...there, src: path.dst, dst: path.src };
    expect(
      plane.toAgent(extended(reply, [{ type: destination }], protocols.tcp, answer)),
    ).toMatchObject({
      passed: true,
      reason: 'reply',
    });
    const stray = udpDatagram(443, there.srcPort);
    expect(
      plane.toAgent(extended(reply, [{ type: destination }], protocols.udp, stray)).passed,
    ).toBe(false);
  });
});
