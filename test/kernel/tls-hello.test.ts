import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeKernel } from './availability.ts';
import {
  clientHello,
  extension,
  helloMessage,
  message,
  opensslHello,
  records,
  serverNames,
} from './client-hello.ts';
import { DataPlane } from './data-plane.ts';
import { addressRecord, answer, ask, query } from './dns.ts';
import { from } from './packets.ts';
import { TcpClient } from './tcp-client.ts';

const policies = `apiVersion: sallyport.dev/v1
kind: AgentPolicy
metadata: {name: alpha, version: 1.0.0}
spec:
  workloads: {cidrs: [10.8.1.0/24]}
  dns: {resolvers: [10.8.0.53]}
  allow:
    - {id: api, to: {host: api.example.com}, protocol: https}
    - {id: sub, to: {host: "*.one.example"}, protocol: https}
    - {id: deep, to: {host: "**.many.example"}, protocol: https}
    - {id: block, to: {cidr: 192.0.2.0/24}, protocol: tls, ports: [8443]}
`;
const addresses = {
  'api.example.com': '93.184.215.1',
  'a.one.example': '93.184.215.2',
  'a.many.example': '93.184.215.3',
};
const api = 'AgentPolicy/alpha#api';

describeKernel('the ClientHello', () => {
  let plane: DataPlane;
  let port = 1024;
  const connect = (name: keyof typeof addresses = 'api.example.com', isn?: number) =>
    new TcpClient(plane, from('10.8.1.5', ++port).to(addresses[name]), isn).open();
  const says = (hello: Buffer, name?: keyof typeof addresses) => connect(name).data(hello);

  beforeAll(async () => {
    plane = new DataPlane();
    await plane.use(policies);
    for (const [name, address] of Object.entries(addresses)) {
      ask(plane, query(name), answer(name, [addressRecord(address)]));
    }
  });
  afterAll(() => plane.close());

  it('that names the server opens the connection, both ways', () => {
    const client = connect();
    expect(client.data(clientHello('api.example.com'))).toMatchObject({
      passed: true,
      reason: 'allowed',
      clause: api,
    });
    expect(client.reply({ payload: Buffer.alloc(100) })).toMatchObject({
      passed: true,
      clause: api,
    });
    expect(client.data(Buffer.from('more')).passed).toBe(true);
  });

  it('names the server as its address was asked for: that name is kept once', () => {
    says(clientHello('API.example.com'));
    const kept = [...plane.maps.sp_names.entries()].filter(
      ([, { text, length }]) =>
        Buffer.from(text.subarray(0, length)).reverse().toString() === '.api.example.com',
    );
    expect(kept).toHaveLength(1);
  });

  it.each([
    ['another server', 'evil.example.org', 'sni-mismatch'],
    ['a longer name', 'x.api.example.com', 'sni-mismatch'],
    ['a name with the same end', 'xapi.example.com', 'sni-mismatch'],
    ['the apex', 'example.com', 'sni-mismatch'],
    ['one label', 'localhost', 'sni-mismatch'],
    ['no server', undefined, 'sni-missing'],
  ])('that names %s is denied', (_title, name, reason) => {
    const client = connect();
    expect(client.data(clientHello(name))).toMatchObject({ passed: false, reason, clause: api });
    expect(client.reply({ payload: Buffer.from('x') })).toMatchObject({ passed: false, reason });
    expect(client.data(clientHello('api.example.com'), 0)).toMatchObject({ passed: false, reason });
  });

  it.each([
    ['a.one.example', 'b.one.example', true],
    ['a.one.example', 'one.example', false],
    ['a.one.example', 'b.a.one.example', false],
    ['a.one.example', 'bone.example', false],
    ['a.many.example', 'b.many.example', true],
    ['a.many.example', 'c.b.many.example', true],
    ['a.many.example', 'many.example', false],
    ['a.many.example', 'c.b.few.example', false],
  ] as const)('at an address learned as %s may name %s: %s', (learned, name, passed) => {
    expect(says(clientHello(name), learned).passed).toBe(passed);
  });

  it('may be spelt in capitals', () => {
    expect(says(clientHello('API.Example.COM')).passed).toBe(true);
  });

  it('is read however it is cut in two segments', () => {
    const good = clientHello('api.example.com', { before: 3, behind: 5 });
    const bad = clientHello('api.example.con', { before: 3, behind: 5 });
    for (let at = 1; at < good.length; at++) {
      const client = connect();
      expect(client.data(good.subarray(0, at)), `cut at ${at}`).toMatchObject({
        passed: true,
        clause: null,
      });
      expect(client.data(good.subarray(at)), `cut at ${at}`).toMatchObject({
        passed: true,
        clause: api,
      });
      const other = connect();
      expect(other.data(bad.subarray(0, at)).passed).toBe(true);
      expect(other.data(bad.subarray(at)), `cut at ${at}`).toMatchObject({
        reason: 'sni-mismatch',
      });
    }
  });

  it('is read byte by byte', () => {
    for (const name of ['api.example.com', 'api.example.con']) {
      const client = connect();
      const hello = clientHello(name, { before: 10 });
      const outcomes = [...hello].map((byte) => client.data(Buffer.from([byte])));
      const last = outcomes.pop();
      expect(outcomes.every(({ passed }) => passed)).toBe(true);
      expect(last?.passed).toBe(name === 'api.example.com');
    }
  });

  it('is read out of records of any size', () => {
    const content = helloMessage({ names: ['api.example.com'], before: 20, behind: 1200 });
    for (const size of [1, 2, 3, 5, 9, 40, 77, 256, 1000]) {
      const stream = records(content, size);
      const client = connect();
      const outcomes = [];
      for (let at = 0; at < stream.length; at += 1400)
        outcomes.push(client.data(stream.subarray(at, at + 1400)));
      expect(outcomes.at(-1), `records of ${size}`).toMatchObject({ passed: true, clause: api });
    }
  });

  it('of OpenSSL is read, in segments of any size', async () => {
    const hello = await opensslHello('api.example.com');
    for (const size of [hello.length, 1400, 536, 100, 7]) {
      const client = connect();
      let last = client.data(hello.subarray(0, size));
      for (let at = size; at < hello.length; at += size)
        last = client.data(hello.subarray(at, at + size));
      expect(last, `segments of ${size}`).toMatchObject({ passed: true, clause: api });
    }
    expect(says(await opensslHello('api.example.org'))).toMatchObject({ reason: 'sni-mismatch' });
  });

  it('may take 16 KiB, and not a byte more', () => {
    const room = 16384 - clientHello('api.example.com', { before: 1 }).length + 1;
    const send = (hello: Buffer) => {
      const client = connect();
      let last = client.data(hello.subarray(0, 1460));
      for (let at = 1460; at < hello.length && last.passed; at += 1460)
        last = client.data(hello.subarray(at, at + 1460));
      return last;
    };
    expect(send(clientHello('api.example.com', { before: room }))).toMatchObject({
      passed: true,
      clause: api,
    });
    expect(send(clientHello('api.example.com', { before: room + 1 }))).toMatchObject({
      passed: false,
      reason: 'tls-malformed',
    });
  });

  it('is read where sequence numbers wrap around', () => {
    const hello = clientHello('api.example.com');
    for (const isn of [0xffff_ffff, 0xffff_fff0, 0x7fff_fff0]) {
      const client = connect('api.example.com', isn);
      client.data(hello.subarray(0, 30));
      expect(client.data(hello.subarray(30))).toMatchObject({ passed: true, clause: api });
      expect(client.data(Buffer.from('more')).passed).toBe(true);
    }
  });

  describe('is malformed', () => {
    const good = helloMessage({ names: ['api.example.com'] });
    const named = (content: Buffer) => records(helloMessage({ more: extension(0, content) }));
    const list = serverNames(['api.example.com']);
    it.each([
      [
        'with two names',
        clientHello(undefined, {
          more: extension(0, serverNames(['api.example.com', 'evil.example.org'])),
        }),
      ],
      [
        'with the extension twice',
        clientHello('api.example.com', { more: extension(0, serverNames(['evil.example.org'])) }),
      ],
      ['with a name of another kind', named(serverNames(['api.example.com'], 1))],
      ['with an empty list', named(Buffer.from([0, 0]))],
      ['with an empty extension', named(Buffer.alloc(0))],
      ['with an empty name', named(serverNames(['']))],
      ['with bytes behind the name', named(Buffer.concat([list, Buffer.from([0])]))],
      ['with a name that ends in a dot', clientHello('api.example.com.')],
      ['with an empty label', clientHello('api..example.com')],
      ['with a NUL in the name', clientHello('api.example.com\0.evil.org')],
      ['with a byte that no name has', clientHello('api.ex*mple.com')],
      ['with a label of 64 bytes', clientHello(`${'a'.repeat(64)}.example.com`)],
      ['with a name of 252 bytes', clientHello(`${'a.'.repeat(125)}aa`)],
      ['with a record of no bytes', Buffer.concat([Buffer.from([22, 3, 1, 0, 0]), records(good)])],
      ['with a record that is too long', Buffer.concat([Buffer.from([22, 3, 1, 0x40, 1]), good])],
      [
        'with an alert between its records',
        Buffer.concat([
          records(good.subarray(0, 20)),
          Buffer.from([21, 3, 1, 0, 2, 1, 0]),
          records(good.subarray(20)),
        ]),
      ],
      [
        'with another message in its record',
        records(Buffer.concat([good, message(Buffer.alloc(4), 11)])),
      ],
      [
        'with bytes behind its extensions',
        records(message(Buffer.concat([good.subarray(4), Buffer.from([0])]))),
      ],
      ['cut short in an extension', records(message(good.subarray(4, good.length - 3)))],
      ['that is shorter than it can be', records(message(Buffer.alloc(40, 3)))],
      ['that says it is longer than 16 KiB', records(Buffer.from([1, 0, 0x40, 1]))],
    ])('%s', (_title, stream) => {
      expect(says(stream)).toMatchObject({ passed: false, reason: 'tls-malformed', clause: null });
    });
  });

  it.each([
    ['HTTP', Buffer.from('GET / HTTP/1.1\r\n')],
    ['an SSLv2 hello', Buffer.from([0x80, 0x2e, 1, 3, 1, 0, 0x15])],
    ['a record of application data', Buffer.from([23, 3, 3, 0, 5, 1, 2, 3, 4, 5])],
    ['a record of a foreign version', Buffer.from([22, 2, 0, 0, 5, 1, 2, 3, 4, 5])],
    ['a ServerHello', records(message(Buffer.alloc(60), 2))],
  ])('is missing where %s begins the connection', (_title, stream) => {
    expect(says(stream)).toMatchObject({ passed: false, reason: 'tls-missing', clause: api });
  });

  it('is asked for without a name where the clause names no host', () => {
    const block = (stream: Buffer) =>
      new TcpClient(plane, from('10.8.1.5', ++port).to('192.0.2.10', 8443)).open().data(stream);
    const clause = 'AgentPolicy/alpha#block';
    for (const name of [undefined, 'anything.example']) {
      expect(block(clientHello(name))).toMatchObject({ passed: true, reason: 'allowed', clause });
    }
    expect(block(Buffer.from('GET /'))).toMatchObject({
      passed: false,
      reason: 'tls-missing',
      clause,
    });
  });
});
