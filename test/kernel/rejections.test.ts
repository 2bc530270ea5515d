import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tcpFlags } from '../../gateway/judge/index.ts';
import { describeKernel } from './availability.ts';
import { DataPlane } from './data-plane.ts';
import {
  back,
  ETHERNET,
  edited,
  extended,
  from,
  icmpError,
  ping,
  protocols,
  raw,
  segments,
  tcp,
  udp,
} from './packets.ts';
import { readError, readPacket, readSegment } from './read-reply.ts';

const policies = (allow = '', onDeny = 'reject', mode = 'enforce') => `apiVersion: sallyport.dev/v1
kind: AgentPolicy
metadata: {name: alpha, version: 1.0.0}
spec:
  mode: ${mode}
  onDeny: ${onDeny}
  workloads: {cidrs: [10.8.1.0/24, "fd00:8:1::/64"]}
  dns: {resolvers: [10.8.0.53]}
  allow: [{id: elsewhere, to: {cidr: 203.0.113.0/24}, protocol: tcp, ports: [443]}${allow}]
`;
const web = ', {id: web, to: {cidr: 192.0.2.0/24}, protocol: tcp, ports: [443]}';
const v4 = from('10.8.1.5').to('192.0.2.10');
const v6 = from('fd00:8:1::5').to('2001:db8::10');
const paths = [
  ['IPv4', v4],
  ['IPv6', v6],
] as const;
const turned = ({ src, dst }: typeof v4) => ({ src: dst, dst: src });

/** A segment with numbers of its own, on a link with hardware addresses. */
function segment(path: typeof v4, flags: number, payload = '') {
  const frame = tcp(path, flags, Buffer.from(payload));
  frame.write('02000000000a02000000000b', 0, 'hex');
  const at = frame.length - payload.length - 20;
  frame.writeUInt32BE(0xfffffff0, at + 4);
  frame.writeUInt32BE(7000, at + 8);
  return frame;
}

describeKernel('what an agent with `onDeny: reject` is denied', () => {
  let plane: DataPlane;
  beforeAll(async () => {
    plane = new DataPlane();
    await plane.use(policies());
  });
  afterAll(() => plane.close());
  const replyTo = (frame: Buffer) => {
    const outcome = plane.fromAgent(frame);
    expect(outcome.passed).toBe(false);
    return outcome.reply && readPacket(outcome.reply);
  };
  const resetOf = (frame: Buffer) => {
    const reply = replyTo(frame);
    return reply && readSegment(reply);
  };

  describe.each(paths)('over %s', (_family, path) => {
    it('is a TCP connection: a reset comes back at once, from the other end', () => {
      const denied = plane.fromAgent(segment(path, segments.syn));
      expect(denied).toMatchObject({ passed: false, reason: 'no-clause' });
      const reply = readPacket(denied.reply ?? Buffer.alloc(0));
      expect(reply).toMatchObject({
        ...turned(path),
        macs: { dst: '02000000000b', src: '02000000000a' },
      });
      expect(readSegment(reply)).toEqual({
        from: path.dstPort,
        to: path.srcPort,
        seq: 0,
        ack: 0xfffffff1,
        flags: tcpFlags.rst | tcpFlags.ack,
        length: 20,
      });
    });

    it('is a datagram: an error that quotes it comes back', () => {
      const frame = udp({ ...path, dstPort: 5000 });
      const reply = replyTo(frame);
      const isV4 = path === v4;
      expect(reply).toMatchObject(turned(path));
      expect(reply && readError(reply)).toMatchObject({
        protocol: isV4 ? protocols.icmp : protocols.icmp6,
        type: isV4 ? 3 : 1,
        code: isV4 ? 13 : 1,
        quoted: frame.subarray(ETHERNET),
      });
    });

    it('is a long datagram: the error quotes as much as fits', () => {
      const frame = udp({ ...path, dstPort: 5000 }, Buffer.alloc(1400, 'x'));
      const reply = plane.fromAgent(frame).reply ?? Buffer.alloc(0);
      expect(reply).toHaveLength(ETHERNET + (path === v4 ? 576 : 1280));
      const { quoted } = readError(readPacket(reply));
      expect(quoted).toEqual(frame.subarray(ETHERNET, ETHERNET + quoted.length));
    });

    it('is an echo: an error comes back', () => {
      const frame = ping(path);
      const reply = replyTo(frame);
      expect(reply && readError(reply).quoted).toEqual(frame.subarray(ETHERNET));
    });
  });

  it.each<[string, number, string, object]>([
    ['SYN with data', segments.syn, 'hello', { seq: 0, ack: 0xfffffff0 + 6 }],
    ['data in the middle of a connection', segments.data, 'hello', { seq: 7000, ack: 0 }],
    ['an end of it', segments.fin, '', { seq: 7000, ack: 0 }],
    ['FIN without ACK', tcpFlags.fin, 'x', { seq: 0, ack: 0xfffffff0 + 2 }],
  ])(
    'is answered with the numbers that RFC 9293 asks for: %s',
    (_title, flags, payload, numbers) => {
      expect(resetOf(segment(v4, flags, payload))).toMatchObject(numbers);
    },
  );

  it('keeps the checksum’s state, where it is left for the card to complete', () => {
    const frame = segment(v4, segments.syn);
    // Only the pseudo-header's sum: 10.8.1.5, 192.0.2.10, TCP, 20 octets.
    const pseudo = 0x0a08 + 0x0105 + 0xc000 + 0x020a + 6 + 20;
    frame.writeUInt16BE(pseudo, ETHERNET + 20 + 16);
    const { reply = Buffer.alloc(0) } = plane.fromAgent(frame);
    expect(reply.readUInt16BE(ETHERNET + 20 + 16)).toBe(pseudo);
  });

  it('is an open connection whose rule has gone: its next packet is answered with a reset', async () => {
    await plane.use(policies(web));
    const path = { ...v4, srcPort: 41000 };
    expect(plane.fromAgent(segment(path, segments.syn)).passed).toBe(true);
    expect(plane.toAgent(tcp(back(path), segments.synAck)).passed).toBe(true);
    await plane.use(policies());
    const cut = segment(path, segments.data, 'GET /');
    const number = { seq: 7000, flags: tcpFlags.rst };
    expect(resetOf(cut)).toMatchObject(number);
    // And the one after that, which belongs to no connection any more.
    expect(resetOf(cut)).toMatchObject(number);
    // Its other end learns it too.
    const { reply, reason } = plane.toAgent(segment(back(path), segments.data, 'HTTP'));
    expect(reason).toBe('not-established');
    expect(reply && readSegment(readPacket(reply))).toMatchObject({
      from: 41000,
      to: 443,
      ...number,
    });
  });

  const silent: [string, Buffer, string][] = [
    ['a reset', tcp(v4, segments.rst), 'not-established'],
    ['a reset with ACK', tcp(v4, segments.rst | segments.ack), 'not-established'],
    ['an echo reply', ping(v4, true), 'not-established'],
    ['an ICMP error', icmpError(v4, udp(v4)), 'not-established'],
    [
      'another kind of ICMP',
      raw(v4, protocols.icmp, Buffer.from([13, 0, 0, 0, 0, 0, 0, 0])),
      'protocol',
    ],
    ['ICMPv6 in IPv4', raw(v4, protocols.icmp6, Buffer.from([1, 0, 0, 0, 0, 0, 0, 0])), 'protocol'],
    ['to a multicast group', udp({ ...v4, dst: '224.0.0.251' }), 'no-clause'],
    ['to a multicast group (IPv6)', udp({ ...v6, dst: 'ff05::2' }), 'no-clause'],
    ['to all hosts', udp({ ...v4, dst: '255.255.255.255' }), 'no-clause'],
    [
      'to all stations of the link',
      Buffer.from(segment(v4, segments.syn)).fill(0xff, 0, 6),
      'no-clause',
    ],
    ['a fragment', edited(udp(v4), { 6: 0x20 }), 'fragment'],
    ['a malformed one', edited(tcp(v4), { 32: 0x10 }), 'malformed'],
    [
      'from an address that is not the agent’s',
      tcp({ ...v4, src: '10.9.1.5' }),
      'unknown-workload',
    ],
    ['IP options', edited(raw(v4, 6, Buffer.alloc(24)), { 0: 0x46 }), 'ip-options'],
    [
      'behind extension headers',
      extended(v6, [{ type: 60 }], 17, udp(v6).subarray(ETHERNET + 40)),
      'no-clause',
    ],
  ];
  it.each(silent)('gets no answer, only its count: %s', (_title, frame, reason) => {
    const before = plane.packets(reason as 'protocol');
    expect(plane.fromAgent(frame)).toEqual({ passed: false, reason, clause: null, noted: null });
    expect(plane.packets(reason as 'protocol')).toBe(before + 1);
  });

  it('is any other protocol: an error comes back', () => {
    const reply = replyTo(raw(v4, 132, Buffer.alloc(12)));
    expect(reply && readError(reply)).toMatchObject({ type: 3, code: 13 });
  });

  it('is answered a second’s worth at once, and no more; what is held back is counted', () => {
    let answered = 0;
    const start = process.hrtime.bigint();
    for (let port = 1; port <= 1500; port++) {
      if (plane.fromAgent(udp({ ...v4, srcPort: port, dstPort: 5001 })).reply) answered++;
    }
    const passedMs = Number(process.hrtime.bigint() - start) / 1e6;
    expect(answered).toBeGreaterThan(800);
    expect(answered).toBeLessThanOrEqual(1000 + passedMs + 10);
    const held = plane.maps.sp_losses
      .getPerCpu(0)
      .reduce((sum, { replies }) => sum + Number(replies), 0);
    expect(held).toBe(1500 - answered);
  });

  it('is dropped where the policy says so, and passes in audit mode', async () => {
    await plane.use(policies('', 'drop'));
    expect(plane.fromAgent(tcp(v4))).not.toHaveProperty('reply');
    await plane.use(policies('', 'reject', 'audit'));
    expect(plane.fromAgent(tcp(v4))).toMatchObject({ passed: true, reason: 'would-deny' });
    await plane.use(policies());
  });
});

describeKernel('what is refused on its way to an agent with `onDeny: reject`', () => {
  let plane: DataPlane;
  beforeAll(async () => {
    plane = new DataPlane();
    await plane.use(policies());
  });
  afterAll(() => plane.close());

  it.each(paths)('is answered as if the agent had: %s', (_family, path) => {
    const inbound = back(path);
    const { reason, reply } = plane.toAgent(segment(inbound, segments.syn));
    expect(reason).toBe('no-ingress');
    const read = readPacket(reply ?? Buffer.alloc(0));
    expect(read).toMatchObject(turned(inbound));
    expect(readSegment(read)).toMatchObject({
      from: path.srcPort,
      flags: tcpFlags.rst | tcpFlags.ack,
    });
  });

  it('gets no answer where nobody lives, or from an address that nobody can have', () => {
    const stray = plane.toAgent(tcp({ ...back(v4), dst: '10.9.1.5' }));
    expect(stray).toMatchObject({ passed: false, reason: 'unknown-workload' });
    expect(stray).not.toHaveProperty('reply');
    for (const src of ['127.0.0.1', '0.0.0.0', '240.0.0.1', '::1', '::']) {
      const dst = src.includes(':') ? v6.src : v4.src;
      expect(plane.toAgent(tcp({ ...back(v4), src, dst })), src).not.toHaveProperty('reply');
    }
  });
});
