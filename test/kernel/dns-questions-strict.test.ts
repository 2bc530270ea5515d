import { afterAll, beforeAll, expect, it } from 'vitest';
import { dnsQuery, wireName } from '../../gateway/judge/index.ts';
import { describeKernel } from './availability.ts';
import { DataPlane } from './data-plane.ts';
import { asking, types } from './dns.ts';
import { raw, udp } from './packets.ts';

const policies = `apiVersion: sallyport.dev/v1
kind: AgentPolicy
metadata: {name: alpha, version: 1.0.0}
spec:
  workloads: {cidrs: [10.8.1.0/24]}
  dns: {resolvers: [10.8.0.53]}
  allow: [{id: api, to: {host: api.example.com}, protocol: tcp, ports: [443]}]
`;

const passes = { passed: true };
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

describeKernel('questions carry nothing but a question:', () => {
  let plane: DataPlane;
  let port = 30000;
  beforeAll(async () => {
    plane = new DataPlane();
    await plane.use(policies);
  });
  afterAll(() => plane.close());
  const send = (payload: Buffer) => plane.fromAgent(udp(asking({ srcPort: ++port }), payload));

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
    ['bytes behind the question', header({}, Buffer.concat([plain.subarray(12), Buffer.alloc(1)]))],
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

/** Labels of any bytes. */
function labels(...parts: string[]): Buffer {
  const encoded = parts.map((part) =>
    Buffer.concat([Buffer.from([part.length]), Buffer.from(part, 'latin1')]),
  );
  return Buffer.concat([...encoded, Buffer.from([0])]);
}
