import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dnsQuery, wireName } from '../../gateway/judge/index.ts';
import { describeKernel } from './availability.ts';
import { DataPlane } from './data-plane.ts';
import { asking, query, types } from './dns.ts';
import { from, raw, tcp, udp } from './packets.ts';

const policies = (mode = 'enforce') => `apiVersion: sallyport.dev/v1
kind: Guardrail
metadata: {name: corporate, version: 1.0.0}
spec:
  deny: [{id: no-tunnels, to: {host: "**.tunnel.example.com"}}]
---
apiVersion: sallyport.dev/v1
kind: AgentPolicy
metadata: {name: alpha, version: 1.0.0}
spec:
  mode: ${mode}
  workloads: {cidrs: [10.8.1.0/24, "fd00:8:1::/64"]}
  dns: {resolvers: [10.8.0.53, "fd00:8::53"]}
  allow:
    - {id: exact, to: {host: api.example.com}, protocol: tcp, ports: [443]}
    - {id: one, to: {host: "*.one.example.net"}, protocol: tcp, ports: [443]}
    - {id: many, to: {host: "**.example.com"}, protocol: tcp, ports: [443]}
  deny:
    - {id: no-admin, to: {host: admin.example.com}}
`;

const passes = { passed: true };
const refusedName = { passed: false, reason: 'dns-name', clause: null };
const refusedType = { passed: false, reason: 'dns-type', clause: null };
const malformed = { passed: false, reason: 'dns-malformed', clause: null };

const plain = dnsQuery({ id: 1, name: 'api.example.com', type: types.A });
const header = (changes: Readonly<Record<number, number>>, rest = plain.subarray(12)) => {
  const copy = Buffer.concat([plain.subarray(0, 12), rest]);
  for (const [at, byte] of Object.entries(changes)) copy[Number(at)] = byte;
  return copy;
};
const u16 = (value: number) => Buffer.from([value >> 8, value & 0xff]);
const question = (name: Buffer, type = 1, dnsClass = 1) =>
  Buffer.concat([name, u16(type), u16(dnsClass)]);
const option = (code: number, size: number) =>
  Buffer.concat([u16(code), u16(size), Buffer.alloc(size)]);
/** A question with an EDNS OPT record behind it; `size` is what the record says of its options' length. */
const withOpt = (
  options: Buffer,
  { size = options.length, additional = 1, owner = 0, type = 41 } = {},
) => {
  const record = Buffer.concat([
    Buffer.from([owner]),
    u16(type),
    u16(1232),
    Buffer.alloc(4),
    u16(size),
    options,
  ]);
  return header({ 11: additional }, Buffer.concat([plain.subarray(12), record]));
};

describeKernel('questions', () => {
  let plane: DataPlane;
  let port = 30000;
  beforeAll(async () => {
    plane = new DataPlane();
    await plane.use(policies());
  });
  afterAll(() => plane.close());
  const ask = (name: string, type: number = types.A) =>
    plane.fromAgent(query(name, type, { srcPort: ++port }));
  const send = (payload: Buffer) => plane.fromAgent(udp(asking({ srcPort: ++port }), payload));

  it.each([
    ['api.example.com', passes],
    ['API.Example.COM', passes],
    ['a.one.example.net', passes],
    ['x.example.com', passes],
    ['c.b.a.example.com', passes],
    ['_x.example.com', passes],
    ['one.example.net', refusedName],
    ['b.a.one.example.net', refusedName],
    ['example.com', refusedName],
    ['com', refusedName],
    ['evilexample.com', refusedName],
    ['example.com.evil.net', refusedName],
    [
      'admin.example.com',
      { passed: false, reason: 'denied', clause: 'AgentPolicy/alpha#no-admin' },
    ],
    [
      'x.tunnel.example.com',
      { passed: false, reason: 'denied', clause: 'Guardrail/corporate#no-tunnels' },
    ],
    [
      'X.TUNNEL.example.com',
      { passed: false, reason: 'denied', clause: 'Guardrail/corporate#no-tunnels' },
    ],
    ['tunnel.example.com', passes],
  ])('are judged by name: %s', (name, expected) => {
    expect(ask(name)).toMatchObject(expected);
  });

  it.each(Object.entries(types))('are judged by type: %s', (name, type) => {
    const everywhere = ['A', 'AAAA', 'CNAME', 'SRV'].includes(name);
    const exactly = everywhere || ['TXT', 'MX'].includes(name);
    expect(ask('x.example.com', type)).toMatchObject(everywhere ? passes : refusedType);
    expect(ask('api.example.com', type)).toMatchObject(exactly ? passes : refusedType);
  });

  it('are as long as a name can be, and no longer', () => {
    const tail = 'example.com';
    const label = 'a'.repeat(60);
    const fill = (length: number) => {
      const start = `${label}.${label}.${label}.`;
      return `${start}${'b'.repeat(length - start.length - tail.length - 1)}.${tail}`;
    };
    expect(ask(fill(251))).toMatchObject(passes);
    expect(ask(fill(252))).toMatchObject(malformed);
    expect(ask(`${'a'.repeat(63)}.example.com`)).toMatchObject(passes);
    expect(ask(`${'a'.repeat(64)}.example.com`)).toMatchObject(malformed);
  });

  it('are answered over both families, to the agent’s resolvers alone', () => {
    const v6 = udp(from('fd00:8:1::5', 30000).to('fd00:8::53', 53), plain);
    expect(plane.fromAgent(v6)).toMatchObject(passes);
    const elsewhere = query('api.example.com', types.A, { resolver: '192.0.2.53' });
    expect(plane.fromAgent(elsewhere)).toMatchObject({ passed: false, reason: 'dns-resolver' });
    expect(plane.fromAgent(tcp(asking({ srcPort: ++port })))).toMatchObject({
      passed: false,
      reason: 'dns-tcp',
    });
  });

  it('on a flow that is open already are judged one by one', () => {
    const open = { srcPort: ++port };
    expect(plane.fromAgent(query('api.example.com', types.A, open))).toMatchObject(passes);
    expect(plane.fromAgent(query('evil.example.org', types.A, open))).toMatchObject(refusedName);
    expect(plane.fromAgent(query('api.example.com', types.ANY, open))).toMatchObject(refusedType);
    expect(plane.fromAgent(udp(asking(open), Buffer.from('not DNS at all')))).toMatchObject(
      malformed,
    );
    expect(plane.fromAgent(query('x.example.com', types.A, open))).toMatchObject(passes);
  });

  describe('carry nothing but a question:', () => {
    it.each<[string, Buffer]>([
      ['with the flags RD, AD and CD', header({ 2: 0x01, 3: 0x30 })],
      ['without any flag', header({ 2: 0, 3: 0 })],
      ['with EDNS', withOpt(Buffer.alloc(0))],
      ['with a cookie', withOpt(option(10, 8))],
      ['with padding', withOpt(Buffer.concat([option(10, 8), option(12, 40)]))],
    ])('%s they pass', (_title, payload) => {
      expect(send(payload)).toMatchObject(passes);
    });

    it.each<[string, Buffer]>([
      ['an answer (QR)', header({ 2: 0x81 })],
      ['an inverse query', header({ 2: 0x09 })],
      ['a notification', header({ 2: 0x21 })],
      ['an update', header({ 2: 0x29 })],
      ['an authoritative one (AA)', header({ 2: 0x05 })],
      ['a truncated one (TC)', header({ 2: 0x03 })],
      ['one with the reserved flag', header({ 3: 0x40 })],
      ['one with a response code', header({ 3: 0x03 })],
      ['no question', header({ 5: 0 })],
      ['two questions', header({ 5: 2 }, Buffer.concat([plain.subarray(12), plain.subarray(12)]))],
      ['two questions announced, one there', header({ 5: 2 })],
      ['one with an answer record', header({ 7: 1 })],
      ['one with an authority record', header({ 9: 1 })],
      [
        'bytes behind the question',
        header({}, Buffer.concat([plain.subarray(12), Buffer.alloc(1)])),
      ],
      ['a name that ends in nothing', header({}, plain.subarray(12, 27))],
      ['a question without a class', plain.subarray(0, -2)],
      ['the root', header({}, question(Buffer.from([0]), 2))],
      ['a class other than IN', header({}, question(wireName('api.example.com'), 1, 3))],
      ['a compressed name', header({}, question(Buffer.from([3, 97, 112, 105, 0xc0, 12])))],
      ['a name that is a pointer', header({}, question(Buffer.from([0xc0, 12])))],
      ['a label of a reserved kind', header({}, question(Buffer.from([0x41, 97, 0])))],
      ['a dot within a label', header({}, question(labels('a.example', 'com')))],
      ['a NUL within a label', header({}, question(labels('a\0b', 'example', 'com')))],
      ['a space within a label', header({}, question(labels('a b', 'example', 'com')))],
      ['a byte above ASCII', header({}, question(labels('\xe9', 'example', 'com')))],
      ['a label longer than the packet', header({}, question(Buffer.from([60, 97, 0])))],
      ['only half a header', plain.subarray(0, 8)],
      ['nothing', Buffer.alloc(0)],
      ['an OPT record that is too long', withOpt(option(12, 61))],
      ['an OPT record longer than its packet', withOpt(option(12, 4), { size: 40 })],
      ['an OPT record shorter than its packet', withOpt(option(12, 8), { size: 4 })],
      [
        'an option longer than its record',
        withOpt(Buffer.concat([u16(12), u16(9), Buffer.alloc(4)])),
      ],
      ['a client subnet, which would travel on', withOpt(option(8, 8))],
      ['an unknown option', withOpt(option(65001, 8))],
      ['many options', withOpt(Buffer.concat(Array(5).fill(option(12, 4))))],
      ['OPT with an owner', withOpt(Buffer.alloc(0), { owner: 1 })],
      ['TSIG instead of OPT', withOpt(Buffer.alloc(0), { type: 250 })],
      ['two additional records announced', withOpt(Buffer.alloc(0), { additional: 2 })],
      ['an additional record announced only', header({ 11: 1 })],
    ])('they are refused for %s', (_title, payload) => {
      expect(send(payload)).toMatchObject(malformed);
    });

    it('they are refused for bytes behind the datagram in its packet', () => {
      const path = asking({ srcPort: ++port });
      const whole = udp(path, plain).subarray(34);
      expect(plane.fromAgent(raw(path, 17, whole))).toMatchObject(passes);
      const tail = Buffer.from('0123456789 a secret');
      expect(plane.fromAgent(raw(path, 17, Buffer.concat([whole, tail])))).toMatchObject(malformed);
    });
  });

  it('in audit mode pass, but for malformed ones, refused types and what a guardrail denies', async () => {
    await plane.use(policies('audit'));
    const softened = { passed: true };
    expect(ask('evil.example.org')).toMatchObject(softened);
    expect(ask('admin.example.com')).toMatchObject(softened);
    expect(ask('evil.example.org', types.TXT)).toMatchObject(refusedType);
    expect(ask('x.tunnel.example.com')).toMatchObject({ passed: false, reason: 'denied' });
    expect(send(header({ 5: 2 }))).toMatchObject(malformed);
    await plane.use(policies());
  });
});

/** Labels of any bytes. */
function labels(...parts: string[]): Buffer {
  const encoded = parts.map((part) =>
    Buffer.concat([Buffer.from([part.length]), Buffer.from(part, 'latin1')]),
  );
  return Buffer.concat([...encoded, Buffer.from([0])]);
}
