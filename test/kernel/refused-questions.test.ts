import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dnsQuery } from '../../gateway/judge/index.ts';
import { describeKernel } from './availability.ts';
import { DataPlane } from './data-plane.ts';
import { asking, query, types } from './dns.ts';
import { ETHERNET, from, udp } from './packets.ts';
import { readDnsAnswer } from './read-dns-answer.ts';
import { readPacket } from './read-reply.ts';

const policies = (dns = '', mode = 'enforce') => `apiVersion: sallyport.dev/v1
kind: Guardrail
metadata: {name: baseline, version: 1.0.0}
spec:
  deny: [{id: no-tunnels, to: {host: "**.tunnel.example.com"}}]
---
apiVersion: sallyport.dev/v1
kind: AgentPolicy
metadata: {name: invoice-processor, version: 1.0.0}
spec:
  mode: ${mode}
  onDeny: reject
  workloads: {cidrs: [10.8.1.0/24, "fd00:8:1::/64"]}
  dns: {resolvers: [10.8.0.53, "fd00:8::53"], maxNameLength: 60${dns}}
  allow: [{id: site, to: {host: "**.example.com"}, protocol: tcp, ports: [443]}]
`;
const NXDOMAIN = 3;
const REFUSED = 5;
const SVCB = 64;

/** An empty OPT record; `size` is the answer that the client takes. */
function opt(size = 1232, flags = 0): Buffer {
  const record = Buffer.alloc(11);
  record.writeUInt16BE(types.OPT, 1);
  record.writeUInt16BE(size, 3);
  record.writeUInt16BE(flags, 7);
  return record;
}
function withOpt(message: Buffer, record = opt()): Buffer {
  const whole = Buffer.concat([message, record]);
  whole.writeUInt16BE(1, 10);
  return whole;
}

describeKernel('a refused question', () => {
  let plane: DataPlane;
  let port = 30000;
  beforeAll(async () => {
    plane = new DataPlane();
    await plane.use(policies());
  });
  afterAll(() => plane.close());
  const answered = (message: Buffer, path = asking({ srcPort: ++port })) => {
    const outcome = plane.fromAgent(udp(path, message));
    expect(outcome.passed).toBe(false);
    if (!outcome.reply) throw new Error(`no answer (${outcome.reason})`);
    const packet = readPacket(outcome.reply);
    expect(packet.payload.readUInt16BE(4)).toBe(packet.payload.length);
    return { ...outcome, packet, answer: readDnsAnswer(packet.payload.subarray(8)) };
  };
  const asked = (name: string, type: number = types.A) => dnsQuery({ id: 77, name, type });
  const told = (name: string, type?: number) =>
    answered(withOpt(asked(name, type))).answer.edns?.errors;

  it('is answered at once, by the resolver that was asked: there is no such name', () => {
    const path = asking({ srcPort: ++port });
    const { packet, answer, reason } = answered(asked('Evil.Example.ORG'), path);
    expect(reason).toBe('dns-name');
    expect(packet).toMatchObject({ src: path.dst, dst: path.src });
    expect([packet.payload.readUInt16BE(0), packet.payload.readUInt16BE(2)]).toEqual([53, port]);
    // QR, RD as asked, RA; nothing that a resolver would keep (no SOA); and letters as they were asked.
    expect(answer).toEqual({
      id: 77,
      flags: 0x8180,
      rcode: NXDOMAIN,
      name: 'Evil.Example.ORG',
      type: types.A,
      answers: 0,
      authorities: 0,
    });
  });

  it('over IPv6 too', () => {
    const path = from('fd00:8:1::5', ++port).to('fd00:8::53', 53);
    const { packet, answer } = answered(withOpt(asked('evil.example.org')), path);
    expect(packet).toMatchObject({ family: 6, src: path.dst, dst: path.src });
    expect(answer.rcode).toBe(NXDOMAIN);
  });

  it('on a flow that is open already too', () => {
    const path = asking({ srcPort: ++port });
    expect(plane.fromAgent(udp(path, asked('api.example.com'))).passed).toBe(true);
    expect(answered(asked('evil.example.org'), path).answer.rcode).toBe(NXDOMAIN);
  });

  it.each([
    ['evil.example.org', types.A, 'may not ask for this name (dns-name)'],
    [
      'x.tunnel.example.com',
      types.A,
      'may not ask for this name (denied by Guardrail/baseline#no-tunnels)',
    ],
    ['api.example.com', types.TXT, 'may not ask for records of this type (dns-type)'],
    [`${'a'.repeat(50)}.example.com`, types.A, 'may not ask for names of this length (dns-length)'],
  ])('that speaks EDNS is told which agent may not, and why: %s', (name, type, why) => {
    const text = `sallyport: agent "invoice-processor" ${why}`;
    expect(told(name, type)).toEqual([{ code: 15, text }]);
  });

  it('is told within what the client takes, and its DO flag comes back', () => {
    const long = `${'a'.repeat(61)}.`.repeat(3) + 'b'.repeat(50);
    const { answer, packet } = answered(withOpt(asked(long), opt(0, 0x8000)));
    expect(answer.edns).toMatchObject({ flags: 0x8000, size: 1232 });
    expect(packet.payload.length - 8).toBeLessThanOrEqual(512);
  });

  it.each([
    ['flags', Buffer.concat([Buffer.from([0, 1, 0x78, 0]), asked('evil.example.org').subarray(4)])],
    ['two questions', Buffer.from(asked('evil.example.org')).fill(2, 5, 6)],
    ['no DNS at all', Buffer.from('not DNS at all, not even nearly')],
  ])('that is none gets no answer: %s', (_title, message) => {
    const outcome = plane.fromAgent(udp(asking({ srcPort: ++port }), message));
    expect(outcome).toMatchObject({ passed: false, reason: 'dns-malformed' });
    expect(outcome).not.toHaveProperty('reply');
  });

  describe('for HTTPS or SVCB', () => {
    it.each([types.HTTPS, SVCB])('of an admitted name has no records: type %i', (type) => {
      const { reason, answer } = answered(withOpt(asked('api.example.com', type)));
      expect(reason).toBe('dns-type');
      expect(answer).toMatchObject({ rcode: 0, answers: 0, edns: { errors: [] } });
    });

    it('of any other name is refused like others', () => {
      for (const name of ['evil.example.org', 'x.tunnel.example.com']) {
        expect(answered(asked(name, types.HTTPS)).answer.rcode).toBe(NXDOMAIN);
      }
    });

    it('of any name has no records in audit mode, which admits them all', async () => {
      await plane.use(policies('', 'audit'));
      expect(answered(asked('evil.example.org', types.HTTPS)).answer.rcode).toBe(0);
      expect(answered(asked('x.tunnel.example.com', types.HTTPS)).answer.rcode).toBe(NXDOMAIN);
      await plane.use(policies());
    });
  });

  describe('where the policy says', () => {
    it('`dns.onDeny: refused`', async () => {
      await plane.use(policies(', onDeny: refused'));
      const { answer } = answered(withOpt(asked('evil.example.org')));
      expect(answer).toMatchObject({ rcode: REFUSED, edns: { errors: [{ code: 15 }] } });
      expect(answered(asked('api.example.com', types.HTTPS)).answer.rcode).toBe(0);
    });

    it('`dns.onDeny: drop`, gets no answer, whatever `onDeny` says', async () => {
      await plane.use(policies(', onDeny: drop'));
      const outcome = plane.fromAgent(query('evil.example.org', types.A, { srcPort: ++port }));
      expect(outcome).toEqual({ passed: false, reason: 'dns-name', clause: null, noted: null });
      expect(answered(asked('api.example.com', types.HTTPS)).answer.rcode).toBe(0);
    });
  });

  it('keeps the checksum’s state, where it is left for the card to complete', async () => {
    await plane.use(policies());
    const frame = udp(asking({ srcPort: ++port }), asked('evil.example.org'));
    const length = frame.length - ETHERNET - 20;
    const sum = (octets: number) => 0x0a08 + 0x0105 + 0x0a08 + 0x0035 + 17 + octets;
    frame.writeUInt16BE(sum(length), ETHERNET + 20 + 6);
    const { reply = Buffer.alloc(0) } = plane.fromAgent(frame);
    expect(reply.readUInt16BE(ETHERNET + 20 + 6)).toBe(sum(reply.length - ETHERNET - 20));
  });
});
