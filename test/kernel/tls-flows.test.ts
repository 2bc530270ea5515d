import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { EventStream } from '../../gateway/kernel/index.ts';
import { constants, structs } from '../../gateway/layout/index.ts';
import { textOf } from '../../gateway/tables/index.ts';
import { type Reason, reasons } from '../../src/rules/index.ts';
import { describeKernel } from './availability.ts';
import { clientHello } from './client-hello.ts';
import { DataPlane } from './data-plane.ts';
import { addressRecord, answer, ask, query } from './dns.ts';
import { from, segments, tcp, udp } from './packets.ts';
import { TcpClient } from './tcp-client.ts';

const policies = (clauses: string, mode = 'enforce') => `apiVersion: sallyport.dev/v1
kind: AgentPolicy
metadata: {name: alpha, version: 1.0.0}
spec:
  mode: ${mode}
  workloads: {cidrs: [10.8.1.0/24]}
  dns: {resolvers: [10.8.0.53]}
${clauses}
`;
const api = '{id: api, to: {host: api.example.com}, protocol: https}';
const block = '{id: block, to: {cidr: 198.51.100.0/24}, protocol: tcp, ports: [25, 443]}';
const evil = '{id: evil, to: {host: "**.evil.example"}}';
const usual = policies(`  allow: [${api}, ${block}]\n  deny: [${evil}]`);
const named = '93.184.215.1';
const unnamed = '198.51.100.1';
const good = clientHello('api.example.com');
const bad = clientHello('www.evil.example');
const server = { payload: Buffer.from('220 mail.example ESMTP\r\n') };

describeKernel('a connection whose verdict waits for its ClientHello', () => {
  let plane: DataPlane;
  let port = 1024;
  const to = (address: string, dstPort = 443) =>
    new TcpClient(plane, from('10.8.1.5', ++port).to(address, dstPort));
  const key = () => {
    const found = [...plane.maps.sp_openings.keys()].find((k) =>
      [k.port_a, k.port_b].includes(port),
    );
    if (!found) throw new Error('nothing waits');
    return found;
  };
  /** As if so many seconds had passed. */
  const age = (seconds: number) => {
    const opening = plane.maps.sp_openings.get(key());
    if (!opening) throw new Error('nothing waits');
    plane.maps.sp_openings.set(key(), {
      ...opening,
      since: opening.since - BigInt(seconds) * 10n ** 9n,
    });
  };
  const counted = (clause: string) => {
    const [number] =
      [...plane.maps.sp_clauses.entries()].find(([, { text }]) => textOf(text) === clause) ?? [];
    const counters = number === undefined ? [] : plane.maps.sp_clause_count.getPerCpu(number);
    return counters.reduce(
      (sum, { flows, packets }) => ({ flows: sum.flows + flows, packets: sum.packets + packets }),
      { flows: 0n, packets: 0n },
    );
  };
  const told = async () => {
    const records: Buffer[] = [];
    const stream = new EventStream(plane.maps.sp_events.fd, (record) =>
      records.push(Buffer.from(record)),
    );
    stream.start();
    await stream.stop();
    return records
      .filter(({ length }) => length === structs.flowEvent.size)
      .map((record) => structs.flowEvent.decode(record))
      .filter(({ port_src }) => port_src === port)
      .map(({ kind, reason, hello, sni, agent }) => ({
        kind: { 1: 'new', 2: 'deny', 3: 'close' }[kind],
        reason: reasons[reason]?.name as Reason,
        sni: hello === constants.HELLO_READ ? nameOf(agent, sni) : undefined,
      }));
  };
  const nameOf = (agent: number, id: bigint) => {
    const found = plane.maps.sp_names.get({ agent, pad: 0, id });
    return found
      ? Buffer.from(found.text.subarray(0, found.length)).reverse().toString().slice(1)
      : '';
  };

  beforeAll(async () => {
    plane = new DataPlane();
    await plane.use(usual);
    ask(plane, query('api.example.com'), answer('api.example.com', [addressRecord(named)]));
  });
  afterAll(() => plane.close());
  beforeEach(() => plane.use(usual));

  describe('and that needs one', () => {
    it('passes nothing of the server before', () => {
      const client = to(named).open();
      expect(client.reply(server)).toMatchObject({ passed: false, reason: 'tls-pending' });
      expect(client.reply({ flags: segments.ack }).passed).toBe(true);
      client.data(good.subarray(0, 50));
      expect(client.reply(server).passed).toBe(false);
      client.data(good.subarray(50));
      expect(client.reply(server)).toMatchObject({ passed: true, reason: 'reply' });
    });

    it('is told and counted when the verdict falls, with all that has passed', async () => {
      const before = counted('AgentPolicy/alpha#api');
      const client = to(named).open();
      expect(await told()).toEqual([]);
      client.data(good);
      expect(await told()).toEqual([{ kind: 'new', reason: 'allowed', sni: 'api.example.com' }]);
      const after = counted('AgentPolicy/alpha#api');
      expect(after).toEqual({ flows: before.flows + 1n, packets: before.packets + 4n });
    });

    it('is told once when it is denied, whatever follows', async () => {
      const client = to(named).open();
      client.data(clientHello('api.example.org'));
      client.data(clientHello('api.example.org'), 0);
      client.reply(server);
      expect(await told()).toEqual([
        { kind: 'deny', reason: 'sni-mismatch', sni: 'api.example.org' },
      ]);
      const silent = to(named).open();
      silent.data(clientHello(undefined));
      expect(await told()).toEqual([{ kind: 'deny', reason: 'sni-missing', sni: '' }]);
    });

    it('is denied when nothing has come for ten seconds', async () => {
      const client = to(named).open();
      age(11);
      expect(client.send({ flags: segments.ack })).toMatchObject({
        passed: false,
        reason: 'tls-missing',
        clause: 'AgentPolicy/alpha#api',
      });
      expect(client.data(good).passed).toBe(false);
      expect(await told()).toEqual([{ kind: 'deny', reason: 'tls-missing', sni: undefined }]);
    });

    it('is denied when it takes longer than ten seconds', () => {
      const client = to(named).open();
      client.data(good.subarray(0, 50));
      age(11);
      expect(client.data(good.subarray(50))).toMatchObject({
        passed: false,
        reason: 'tls-malformed',
      });
    });

    it('waits on while the server has not answered', () => {
      const client = to(named);
      client.syn();
      age(30);
      expect(client.open().data(good).passed).toBe(true);
    });

    it('is not begun in the middle', () => {
      const path = from('10.8.1.5', ++port).to(named);
      expect(plane.fromAgent(tcp(path, segments.data, good))).toMatchObject({
        passed: false,
        reason: 'not-established',
      });
    });

    it('is denied at its SYN where no name is known that a clause allows', () => {
      expect(to('203.0.113.9').syn()).toMatchObject({ passed: false, reason: 'no-clause' });
    });
  });

  describe('and that is allowed unless its server is denied', () => {
    it('is not begun in the middle, where what it asked for can no more be known', () => {
      const path = from('10.8.1.5', ++port).to(unnamed);
      expect(plane.fromAgent(tcp(path, segments.data, bad))).toMatchObject({
        passed: false,
        reason: 'not-established',
      });
    });

    it('lets servers speak first, and those who are not TLS', async () => {
      const client = to(unnamed, 25).open();
      expect(client.reply(server)).toMatchObject({ passed: true, reason: 'reply' });
      expect(client.data(Buffer.from('EHLO\r\n'))).toMatchObject({
        passed: true,
        clause: 'AgentPolicy/alpha#block',
      });
      expect(await told()).toEqual([{ kind: 'new', reason: 'allowed', sni: undefined }]);
    });

    it('ends where the ClientHello names that server, by whatever address', async () => {
      const client = to(unnamed).open();
      expect(client.data(bad)).toMatchObject({
        passed: false,
        reason: 'denied',
        clause: 'AgentPolicy/alpha#evil',
      });
      expect(await told()).toEqual([{ kind: 'deny', reason: 'denied', sni: 'www.evil.example' }]);
      expect(to(unnamed).open().data(clientHello('other.example')).passed).toBe(true);
      expect(to(unnamed).open().data(clientHello(undefined)).passed).toBe(true);
    });

    it('is watched for as long as the client is silent', () => {
      const client = to(unnamed).open();
      age(3600);
      client.reply(server);
      expect(client.data(bad)).toMatchObject({ passed: false, reason: 'denied' });
    });

    it('is watched again when a SYN comes after bytes that were no TLS', () => {
      const client = to(unnamed);
      client.syn();
      client.answered();
      client.data(Buffer.from('x'));
      const again = new TcpClient(plane, client.path, 70_000).open();
      expect(again.data(bad)).toMatchObject({ passed: false, reason: 'denied' });
    });

    it('is not dropped in audit, and told', () => {
      return plane.use(policies(`  allow: [${block}]\n  deny: [${evil}]`, 'audit')).then(() => {
        expect(to(unnamed).open().data(bad)).toMatchObject({
          passed: true,
          reason: 'would-deny',
          clause: 'AgentPolicy/alpha#evil',
        });
        expect(to(named).open().data(Buffer.from('GET /')).passed).toBe(true);
      });
    });
  });

  describe('meets new rules', () => {
    const tightened = policies(
      `  allow: [{id: com, to: {host: "**.example.com"}, protocol: tls, ports: [443]}]\n  deny: [{id: no, to: {host: api.example.com}, protocol: tcp, ports: [443]}]`,
    );

    it('with the server name that it began with', async () => {
      const client = to(named).open();
      client.data(good);
      await plane.use(
        policies('  allow: [{id: com, to: {host: "**.example.com"}, protocol: https}]'),
      );
      expect(client.reply(server)).toMatchObject({ passed: true, clause: 'AgentPolicy/alpha#com' });
      await plane.use(tightened);
      expect(client.data(Buffer.from('x'))).toMatchObject({
        passed: false,
        reason: 'denied',
        clause: 'AgentPolicy/alpha#no',
      });
    });

    it('while it waits', async () => {
      const client = to(unnamed).open();
      await plane.use(
        policies('  allow: [{id: tls, to: {cidr: 198.51.100.0/24}, protocol: tls, ports: [443]}]'),
      );
      expect(client.reply(server)).toMatchObject({ passed: false, reason: 'tls-pending' });
      expect(client.data(bad)).toMatchObject({ passed: true, clause: 'AgentPolicy/alpha#tls' });
      const other = to(unnamed).open();
      await plane.use(policies('  allow: []'));
      expect(other.data(bad)).toMatchObject({ passed: false, reason: 'no-clause' });
    });

    it('that ask for a name which was never read: it has none', async () => {
      await plane.use(policies(`  allow: [${block}]`));
      const client = to(unnamed).open();
      expect(
        [...plane.maps.sp_openings.keys()].some((k) => [k.port_a, k.port_b].includes(port)),
      ).toBe(false);
      client.data(good);
      await plane.use(
        policies('  allow: [{id: tls, to: {cidr: 198.51.100.0/24}, protocol: tls, ports: [443]}]'),
      );
      expect(client.data(Buffer.from('x'))).toMatchObject({ passed: false, reason: 'tls-missing' });
    });
  });

  it('over QUIC is denied, unless a clause over UDP allows it', async () => {
    expect(plane.fromAgent(udp(from('10.8.1.5', ++port).to(named)))).toMatchObject({
      passed: false,
      reason: 'quic',
      clause: null,
    });
    const lifted = policies(
      `  allow: [${api}, {id: quic, to: {any: true}, protocol: udp, ports: [443]}]`,
    );
    await plane.use(lifted);
    expect(plane.fromAgent(udp(from('10.8.1.5', ++port).to(named)))).toMatchObject({
      passed: true,
      clause: 'AgentPolicy/alpha#quic',
    });
  });
});
