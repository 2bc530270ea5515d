import { afterAll, beforeAll, expect, it } from 'vitest';
import { udpDatagram } from '../../gateway/judge/index.ts';
import { describeKernel } from './availability.ts';
import { DataPlane } from './data-plane.ts';
import { edited, ethernet, from, ping, protocols, raw, segments, tcp, udp } from './packets.ts';

const policies = `apiVersion: sallyport.dev/v1
kind: AgentPolicy
metadata: {name: alpha, version: 1.0.0}
spec:
  workloads: {cidrs: [10.8.1.0/24, "fd00:8:1::/64"]}
  allow: [{id: all, to: {any: true}}]
`;

const v4 = from('10.8.1.5').to('192.0.2.10');
const v6 = from('fd00:8:1::5').to('2001:db8::10');
const tcpAt = 20;

/** Frames that the rules would allow but for one fault. */
const faults: Record<string, [reason: string, frame: Buffer]> = {
  'IPv4 that says it is version 5': ['malformed', edited(tcp(v4), { 0: 0x55 })],
  'IPv6 that says it is version 4': ['malformed', edited(tcp(v6), { 0: 0x40 })],
  'an IPv4 header of 16 bytes': ['malformed', edited(tcp(v4), { 0: 0x44 })],
  'IPv4 that is longer than its frame': ['malformed', edited(tcp(v4), { 3: 41 })],
  'IPv4 that ends inside its own header': ['malformed', edited(tcp(v4), { 3: 19 })],
  'IPv6 that is longer than its frame': ['malformed', edited(tcp(v6), { 5: 21 })],
  'a wrong IPv4 checksum': ['malformed', corrupt(tcp(v4), 10)],
  'no hops left, IPv4': ['malformed', edited(tcp(v4), { 8: 0 })],
  'no hops left, IPv6': ['malformed', edited(tcp(v6), { 7: 0 })],
  'IPv4 options': ['ip-options', withOptions()],
  'a TCP header cut short': ['malformed', edited(tcp(v4).subarray(0, 50), { 3: 36 })],
  'a TCP header cut short by the IP length alone': ['malformed', edited(tcp(v4), { 3: 39 })],
  'a TCP data offset below 5': ['malformed', edited(tcp(v4), { [tcpAt + 12]: 0x40 })],
  'a TCP data offset beyond the segment': ['malformed', edited(tcp(v4), { [tcpAt + 12]: 0x60 })],
  'TCP without a flag': ['malformed', tcp(v4, 0)],
  'TCP with SYN and FIN': ['malformed', tcp(v4, 0x03)],
  'TCP with SYN and RST': ['malformed', tcp(v4, 0x06)],
  'TCP with SYN, FIN and ACK': ['malformed', tcp(v4, 0x13)],
  'TCP from port 0': ['malformed', tcp({ ...v4, srcPort: 0 })],
  'TCP to port 0': ['malformed', tcp({ ...v4, dstPort: 0 })],
  'UDP to port 0': ['malformed', udp({ ...v6, dstPort: 0 })],
  'UDP from port 0': ['malformed', udp({ ...v6, srcPort: 0 })],
  'a UDP header cut short': ['malformed', raw(v4, protocols.udp, Buffer.alloc(7))],
  'UDP longer than its packet': ['malformed', raw(v4, protocols.udp, ofLength(9))],
  'UDP shorter than its header': ['malformed', raw(v6, protocols.udp, ofLength(7))],
  'an echo request cut short': ['malformed', raw(v4, protocols.icmp, Buffer.from([8, 0, 0, 0]))],
  'an echo request that ends in the padding of the frame': ['malformed', paddedEcho()],
  'an echo request with a code': ['malformed', edited(ping(v4), { 21: 1 })],
  'an ICMPv6 echo request with a code': ['malformed', edited(ping(v6), { 41: 1 })],
  'an IPv4-mapped source in IPv6': ['malformed', tcp({ ...v6, src: '::ffff:10.8.1.5' })],
  'an IPv4-mapped destination in IPv6': ['malformed', tcp({ ...v6, dst: '::ffff:192.0.2.10' })],
  'a first IPv4 fragment': ['fragment', edited(tcp(v4), { 6: 0x20 })],
  'a later IPv4 fragment': ['fragment', edited(tcp(v4), { 6: 0, 7: 1 })],
  'a later IPv4 fragment whose bytes look like an allowed segment': [
    'fragment',
    edited(tcp(v4, segments.data), { 6: 0x1f, 7: 0xff }),
  ],
  'an ICMP redirect': ['protocol', edited(ping(v4), { 20: 5 })],
  'an ICMP timestamp request': ['protocol', edited(ping(v4), { 20: 13 })],
  'ICMPv6 inside IPv4': ['protocol', edited(ping(v4), { 9: 58 })],
  'ICMP inside IPv6': ['protocol', edited(ping(v6), { 6: 1 })],
  ...Object.fromEntries(
    [4, 41, 47, 50, 51, 94, 115, 132].flatMap((number) => [
      [`IP protocol ${number} in IPv4`, ['protocol', raw(v4, number, tcp(v4).subarray(14))]],
      [`IP protocol ${number} in IPv6`, ['protocol', raw(v6, number, tcp(v4).subarray(14))]],
    ]),
  ),
  'a tagged frame (VLAN)': ['ethertype', tagged(0x8100)],
  'a doubly tagged frame (QinQ)': ['ethertype', tagged(0x88a8)],
  PPPoE: ['ethertype', ethernet(0x8864, tcp(v4).subarray(14))],
  MPLS: ['ethertype', ethernet(0x8847, tcp(v4).subarray(14))],
  EAPOL: ['ethertype', ethernet(0x888e, Buffer.alloc(46))],
  'IEEE 802.3 with a length': ['ethertype', ethernet(46, Buffer.alloc(46))],
};

describeKernel('packets that are not what they should be', () => {
  let plane: DataPlane;
  beforeAll(async () => {
    plane = new DataPlane();
    await plane.use(policies);
  });
  afterAll(() => plane.close());

  it.each([
    ['IPv4', tcp(v4)],
    ['IPv6', tcp(v6)],
    ['UDP', udp(v4)],
    ['echo', ping(v4)],
    ['ICMPv6 echo', ping(v6)],
    ['a frame that is padded to 60 bytes', Buffer.concat([tcp(v4), Buffer.alloc(6)])],
    ['don’t fragment', edited(tcp({ ...v4, srcPort: 40001 }), { 6: 0x40 })],
  ])('pass when nothing is wrong with them: %s', (_title, frame) => {
    expect(plane.fromAgent(frame)).toMatchObject({ passed: true, reason: 'allowed' });
  });

  it.each(Object.entries(faults))('are refused: %s', (_title, [reason, frame]) => {
    expect(plane.fromAgent(frame)).toMatchObject({ passed: false, reason });
    expect(plane.toAgent(frame).passed).toBe(false);
  });

  it('leave no flow behind', async () => {
    const { flows = 0 } = plane.maps.sp_agent_use.get(plane.agentNumber('alpha')) ?? {};
    for (const [, frame] of Object.values(faults)) plane.fromAgent(frame);
    expect(plane.maps.sp_agent_use.get(plane.agentNumber('alpha'))?.flows).toBe(flows);
  });
});

function corrupt(frame: Buffer, at: number): Buffer {
  const copy = Buffer.from(frame);
  copy[14 + at] = (copy[14 + at] ?? 0) ^ 0x55;
  return copy;
}

/** A router alert between header and segment; the ports stand 4 bytes later than without. */
function withOptions(): Buffer {
  const whole = tcp(v4);
  const options = Buffer.from([0x94, 4, 0, 0]);
  const frame = Buffer.concat([whole.subarray(0, 34), options, whole.subarray(34)]);
  return edited(frame, { 0: 0x46, 3: 44 });
}

function ofLength(length: number): Buffer {
  const datagram = udpDatagram(40000, 443);
  datagram.writeUInt16BE(length, 4);
  return datagram;
}

/** The IP packet ends before the identifier; bytes that only pad the frame must not stand for it. */
function paddedEcho(): Buffer {
  return edited(ping(v4), { 3: 24 });
}

function tagged(type: number): Buffer {
  const frame = tcp(v4);
  const tag = Buffer.alloc(4);
  tag.writeUInt16BE(type, 0);
  tag.writeUInt16BE(100, 2);
  return Buffer.concat([frame.subarray(0, 12), tag, frame.subarray(12)]);
}
