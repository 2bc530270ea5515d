import { afterAll, beforeAll, expect, it } from 'vitest';
import { EventStream } from '../../gateway/kernel/index.ts';
import { constants, structs } from '../../gateway/layout/index.ts';
import { reasons } from '../../src/rules/index.ts';
import { describeKernel } from './availability.ts';
import { clientHello } from './client-hello.ts';
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
    - {id: block, to: {cidr: 198.51.100.0/24}, protocol: tcp, ports: [443]}
  deny: [{id: evil, to: {host: "**.evil.example"}}]
`;
const needing = '93.184.215.1';
const allowing = '198.51.100.1';
const good = clientHello('api.example.com', { behind: 1500 });
const { TIMEOUT_HELLO_S, TIMEOUT_HELLO_COPY_S } = constants;
/** More than the sweep lets wait for itself. */
const MARGIN_S = 5;
const kinds = { 1: 'new', 2: 'deny', 3: 'close' } as const;

/** What becomes of connections of which no packet comes any more. */
describeKernel('a ClientHello that is waited for in vain', () => {
  let plane: DataPlane;
  let port = 10_000;
  const told = new Map<number, string[]>();
  const connect = (to = needing) => new TcpClient(plane, from('10.8.1.5', ++port).to(to, 443));
  const isOf = ({ path }: TcpClient) => {
    const { srcPort } = path;
    return (key: { readonly port_a: number; readonly port_b: number }) =>
      key.port_a === srcPort || key.port_b === srcPort;
  };
  const openingOf = (client: TcpClient) =>
    [...plane.maps.sp_openings.entries()].find(([key]) => isOf(client)(key));
  const flowOf = (client: TcpClient) =>
    [...plane.maps.sp_flows.entries()].find(([key]) => isOf(client)(key));
  const partsOf = (client: TcpClient) =>
    [...plane.maps.sp_hellos.keys()].filter(({ flow }) => flow[0] && isOf(client)(flow[0])).length;
  const partsInUse = () => plane.maps.sp_agent_use.get(plane.agentNumber('alpha'))?.hello_parts;
  const after = (seconds: number, client: TcpClient) => {
    const [key, opening] = openingOf(client) ?? expect.fail('nothing waits');
    const since = opening.since - BigInt(seconds) * 10n ** 9n;
    plane.maps.sp_openings.set(key, { ...opening, since });
    return client;
  };
  const sent = (client: TcpClient, bytes: Buffer) => {
    client.open().data(bytes);
    return client;
  };
  let clients: Record<
    | 'quick'
    | 'slow'
    | 'slowThoughAllowed'
    | 'mute'
    | 'unanswered'
    | 'allowed'
    | 'read'
    | 'readLongAgo'
    | 'gone',
    TcpClient
  >;

  beforeAll(async () => {
    plane = new DataPlane();
    await plane.use(policies);
    ask(plane, query('api.example.com'), answer('api.example.com', [addressRecord(needing)]));
    const unanswered = connect();
    unanswered.syn();
    clients = {
      quick: after(TIMEOUT_HELLO_S - MARGIN_S, sent(connect(), good.subarray(0, 100))),
      slow: after(TIMEOUT_HELLO_S, sent(connect(), good.subarray(0, 1200))),
      slowThoughAllowed: after(TIMEOUT_HELLO_S, sent(connect(allowing), good.subarray(0, 100))),
      mute: after(TIMEOUT_HELLO_S, connect().open()),
      unanswered: after(TIMEOUT_HELLO_S, unanswered),
      allowed: after(TIMEOUT_HELLO_S, connect(allowing).open()),
      read: after(TIMEOUT_HELLO_COPY_S - MARGIN_S, sent(connect(), good)),
      readLongAgo: after(TIMEOUT_HELLO_COPY_S, sent(connect(), good)),
      gone: after(TIMEOUT_HELLO_S, sent(connect(), good.subarray(0, 1200))),
    };
    const [key] = flowOf(clients.gone) ?? expect.fail('no flow');
    plane.maps.sp_flows.delete(key);
    const stream = new EventStream(plane.maps.sp_events.fd, (record) => {
      if (record.length !== structs.flowEvent.size) return;
      const { kind, reason, port_src } = structs.flowEvent.decode(record);
      const line = `${kinds[kind as keyof typeof kinds]} ${reasons[reason]?.name}`;
      told.set(port_src, [...(told.get(port_src) ?? []), line]);
    });
    while (stream.drain() > 0);
    told.clear();
    await plane.sweep();
    while (stream.drain() > 0);
    await stream.stop();
  });
  afterAll(() => plane.close());
  const said = ({ path }: TcpClient) => told.get(path.srcPort ?? 0) ?? [];

  it('denies the connection, as malformed where some of it has come', () => {
    for (const client of [clients.slow, clients.slowThoughAllowed]) {
      expect(said(client)).toEqual(['deny tls-malformed']);
      expect(flowOf(client)?.[1]).toMatchObject({ hello: constants.HELLO_DENIED, clause: 0 });
    }
    expect([openingOf(clients.slow), partsOf(clients.slow)]).toEqual([undefined, 0]);
  });

  it('denies it as no TLS where nothing has come', () => {
    expect(said(clients.mute)).toEqual(['deny tls-missing']);
    expect(clients.mute.data(good)).toMatchObject({ passed: false, reason: 'tls-missing' });
  });

  it('leaves alone what has some time left, or no answer yet', () => {
    for (const client of [clients.quick, clients.unanswered]) {
      expect(said(client)).toEqual([]);
      expect(openingOf(client)).toBeDefined();
    }
  });

  it('is told where the connection is allowed without, and goes on being waited for', () => {
    expect(said(clients.allowed)).toEqual(['new allowed']);
    expect(clients.allowed.data(clientHello('www.evil.example'))).toMatchObject({
      passed: false,
      clause: 'AgentPolicy/alpha#evil',
    });
  });

  it('is forgotten with its connection', () => {
    expect([openingOf(clients.gone), partsOf(clients.gone)]).toEqual([undefined, 0]);
  });

  it('that was read is kept a while for the case that it is sent again', () => {
    expect([partsOf(clients.read), partsOf(clients.readLongAgo)]).toEqual([2, 0]);
    expect(partsInUse()).toBe([...plane.maps.sp_hellos.keys()].length);
    expect(clients.read.data(good, 0).passed).toBe(true);
  });
});
