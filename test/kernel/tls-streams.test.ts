import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { describeKernel } from './availability.ts';
import { clientHello } from './client-hello.ts';
import { DataPlane } from './data-plane.ts';
import { addressRecord, answer, ask, query } from './dns.ts';
import { from, segments } from './packets.ts';
import { TcpClient } from './tcp-client.ts';

const policies = `apiVersion: sallyport.dev/v1
kind: AgentPolicy
metadata: {name: alpha, version: 1.0.0}
spec:
  workloads: {cidrs: [10.8.1.0/24]}
  dns: {resolvers: [10.8.0.53]}
  allow:
    - {id: api, to: {host: "**.example.com"}, protocol: https}
`;
const address = '93.184.215.1';
const good = clientHello('api.example.com', { before: 100, behind: 1500 });
const bad = clientHello('api.example.org', { before: 100, behind: 1500 });
const passed = { passed: true };
const pending = { passed: false, reason: 'tls-pending' };
const resent = { passed: false, reason: 'tls-resent' };

/** Where a ClientHello ought to be, a client tries to show the gateway something else than the server gets. */
describeKernel('bytes of a ClientHello', () => {
  let plane: DataPlane;
  let port = 1024;
  let client: TcpClient;
  const fresh = (isn?: number) => new TcpClient(plane, from('10.8.1.5', ++port).to(address), isn);

  beforeAll(async () => {
    plane = new DataPlane();
    await plane.use(policies);
    ask(plane, query('api.example.com'), answer('api.example.com', [addressRecord(address)]));
  });
  afterAll(() => plane.close());
  beforeEach(() => {
    client = fresh().open();
  });

  it('ahead of a gap are dropped, and pass when they come in order', () => {
    expect(client.data(good.subarray(700), 700)).toMatchObject(pending);
    expect(client.data(good.subarray(0, 700))).toMatchObject(passed);
    expect(client.data(good.subarray(700), 700)).toMatchObject({ ...passed, reason: 'allowed' });
  });

  it('before the stream’s begin are dropped', () => {
    expect(client.data(Buffer.concat([Buffer.from('x'), good]), -1)).toMatchObject(pending);
    expect(client.data(good, 0)).toMatchObject(passed);
  });

  it('may be sent again as they are, cut otherwise', () => {
    client.data(good.subarray(0, 900));
    expect(client.data(good.subarray(0, 900), 0)).toMatchObject(passed);
    expect(client.data(good.subarray(300, 800), 300)).toMatchObject(passed);
    expect(client.data(good.subarray(899), 899)).toMatchObject({
      ...passed,
      clause: 'AgentPolicy/alpha#api',
    });
    expect(client.data(good.subarray(500, 1300), 500)).toMatchObject(passed);
    expect(client.data(Buffer.concat([good, Buffer.from('more')]), 0)).toMatchObject(passed);
    expect(client.data(Buffer.from('more'), good.length)).toMatchObject(passed);
  });

  it.each([
    ['first', 0],
    ['in the middle', 1023],
    ['at the seam of what is kept', 1024],
    ['last', good.length - 1],
  ])('end the flow when one of them is another the next time: %s', (_title, at) => {
    const other = Buffer.from(good);
    other[at] = (other[at] ?? 0) ^ 1;
    client.data(good);
    expect(client.data(other, 0)).toMatchObject(resent);
    expect(client.data(good, 0)).toMatchObject(resent);
    expect(client.reply({ payload: Buffer.from('x') })).toMatchObject(resent);
  });

  it('end the flow when another name overlaps the first, before the end is there', () => {
    client.data(good.subarray(0, 400));
    expect(client.data(bad.subarray(50), 50)).toMatchObject(resent);
  });

  it('are free behind the ClientHello, however often', () => {
    client.data(good);
    expect(client.data(Buffer.from('one'), good.length)).toMatchObject(passed);
    expect(client.data(Buffer.from('two'), good.length)).toMatchObject(passed);
  });

  it('matter until the server has acknowledged them all, and then no more', () => {
    const kept = () => plane.maps.sp_agent_use.get(plane.agentNumber('alpha'))?.hello_parts ?? 0;
    const before = kept();
    client.data(good);
    client.reply({ flags: segments.ack, at: good.length - 1 });
    expect(client.data(good.subarray(0, 10), 0)).toMatchObject(passed);
    expect(kept()).toBe(before + 2);
    client.reply({ flags: segments.ack, at: good.length });
    expect(
      [...plane.maps.sp_openings.keys()].filter(
        (key) => key.port_a === port || key.port_b === port,
      ),
    ).toEqual([]);
    expect(client.data(bad, 0)).toMatchObject(passed);
    expect(kept()).toBe(before);
  });

  it('that are urgent end the flow: receivers differ in what they make of them', () => {
    client.data(good.subarray(0, 100));
    const urgent = segments.data | 0x20;
    expect(client.send({ flags: urgent, payload: good.subarray(100) })).toMatchObject({
      passed: false,
      reason: 'tls-malformed',
    });
    expect(
      fresh()
        .open()
        .send({ flags: segments.ack | 0x20 }),
    ).toMatchObject({ passed: false, reason: 'tls-malformed' });
  });

  describe('and the handshake', () => {
    it('are dropped with the SYN: it has to come without them', () => {
      client = fresh();
      expect(client.syn(good)).toMatchObject(pending);
      client.sent = 0;
      expect(client.open().data(good)).toMatchObject(passed);
    });

    it('are dropped before the server has answered the SYN', () => {
      client = fresh();
      client.syn();
      expect(client.data(good)).toMatchObject(pending);
      client.reply({ flags: segments.synAck, at: 5 });
      expect(client.data(good)).toMatchObject(pending);
      client.answered();
      expect(client.data(good)).toMatchObject(passed);
    });

    it('are counted from the SYN that the server answers', () => {
      const { path } = client;
      const first = new TcpClient(plane, path, 7_000);
      const second = new TcpClient(plane, path, 9_000);
      expect(first.syn()).toMatchObject(passed);
      expect(second.syn()).toMatchObject(passed);
      expect(second.data(good)).toMatchObject(pending);
      first.answered();
      expect(second.data(good)).toMatchObject(pending);
      second.answered();
      expect(second.data(good)).toMatchObject(passed);
    });

    it('let no other SYN through once the server may hold some', () => {
      client.data(bad.subarray(0, 200));
      const other = new TcpClient(plane, client.path, 2_000);
      expect(other.syn()).toMatchObject(pending);
      expect(client.syn()).toMatchObject(passed);
      client.answered();
      expect(client.data(good, 0)).toMatchObject(resent);
      expect(other.syn()).toMatchObject(resent);
      expect(client.syn()).toMatchObject(resent);
    });

    it('may be read anew after a reset, when no byte has passed', () => {
      client.send({ flags: segments.rst });
      const other = new TcpClient(plane, client.path, 60_000);
      expect(other.open().data(good)).toMatchObject({ ...passed, clause: 'AgentPolicy/alpha#api' });
    });
  });

  it('are kept for so many connections of an agent, and no more', () => {
    const number = plane.agentNumber('alpha');
    const use = plane.maps.sp_agent_use.get(number);
    if (!use) throw new Error('no use');
    plane.maps.sp_agent_use.set(number, { ...use, hello_parts: 1024 });
    expect(client.data(good)).toMatchObject({ passed: false, reason: 'flow-table-full' });
    plane.maps.sp_agent_use.set(number, use);
    expect(client.data(good)).toMatchObject(passed);
  });

  describe('at a server that keeps no state before the third segment', () => {
    /** Two answers to two SYNs are out: streams that begin a ClientHello apart, and SYN cookies that differ as much. */
    const twice = () => {
      const path = from('10.8.1.5', ++port).to(address);
      const later = new TcpClient(plane, path, 1000 + good.length, 5000 + good.length);
      expect([later.syn(), later.answered()]).toMatchObject([passed, passed]);
      const client = new TcpClient(plane, path, 1000, 5000);
      expect([client.syn(), client.answered()]).toMatchObject([passed, passed]);
      return { client, later };
    };

    it('the answer that is acknowledged is the one whose stream is read', () => {
      const { client, later } = twice();
      expect(later.send({ flags: segments.ack })).toMatchObject(pending);
      expect(client.send({ flags: segments.ack })).toMatchObject(passed);
      expect(client.data(good)).toMatchObject(passed);
      expect(later.send({ flags: segments.ack })).toMatchObject(pending);
      expect(later.data(bad)).toMatchObject(pending);
    });

    it('nothing is acknowledged that the server has not said', () => {
      const client = fresh();
      client.syn();
      expect(client.send({ flags: segments.ack })).toMatchObject(pending);
      client.answered();
      expect(client.send({ flags: segments.syn | segments.ack })).toMatchObject(pending);
      expect(client.send({ flags: segments.rst })).toMatchObject(passed);
    });
  });
});
