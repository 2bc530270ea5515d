import { afterAll, beforeAll, expect, it } from 'vitest';
import { EventStream } from '../../gateway/kernel/index.ts';
import { constants, structs } from '../../gateway/layout/index.ts';
import { describeKernel } from './availability.ts';
import { clientHello } from './client-hello.ts';
import { DataPlane } from './data-plane.ts';
import { addressRecord, answer, ask, query } from './dns.ts';
import { back, from, ping, segments, tcp, udp } from './packets.ts';
import { TcpClient } from './tcp-client.ts';

const policies = `apiVersion: sallyport.dev/v1
kind: AgentPolicy
metadata: {name: alpha, version: 1.0.0}
spec:
  workloads: {cidrs: [10.8.1.0/24]}
  dns: {resolvers: [10.8.0.53]}
  allow:
    - {id: web, to: {cidr: 192.0.2.0/25}, protocol: tcp, ports: [443]}
    - {id: games, to: {cidr: 192.0.2.0/25}, protocol: udp, ports: [5000]}
    - {id: echo, to: {cidr: 192.0.2.0/25}, protocol: icmp}
    - {id: api, to: {host: "**.example.com"}, protocol: https}
    - {id: site, to: {host: "**.example.org"}, protocol: tcp, ports: [443]}
`;
const address = '93.184.215.1';
/** More than the sweep lets wait for itself, and less than the shortest of all times. */
const MARGIN_S = 6;

// One sweep for all: it comes a second after it is asked for.
describeKernel('what is idle or over', () => {
  let plane: DataPlane;
  let port = 20_000;
  const nanoseconds = (seconds: number) => BigInt(seconds) * 10n ** 9n;
  const path = (dstPort: number, to = '192.0.2.1') => from('10.8.1.5', ++port).to(to, dstPort);
  const flowOf = (of: number) =>
    [...plane.maps.sp_flows.entries()].find(([key]) => [key.port_a, key.port_b].includes(of));
  const use = () => plane.maps.sp_agent_use.get(plane.agentNumber('alpha'));
  const nameOf = (name: string) =>
    [...plane.maps.sp_names.entries()].find(
      ([, { text, length }]) =>
        Buffer.from(text.subarray(0, length)).reverse().toString() === `.${name}`,
    );
  const answered = () => {
    const own = path(443);
    plane.fromAgent(tcp(own));
    plane.toAgent(tcp(back(own), segments.synAck));
    return own;
  };

  /** How each begins, for how many seconds it may be silent, and whether its end is told. */
  const kinds: readonly (readonly [string, () => unknown, seconds: number, isTold: boolean])[] = [
    [
      'a connection that is not answered',
      () => plane.fromAgent(tcp(path(443))),
      constants.TIMEOUT_TCP_OPENING_S,
      true,
    ],
    ['an open connection', answered, constants.TIMEOUT_TCP_S, true],
    [
      'a connection that is being closed',
      () => plane.fromAgent(tcp(answered(), segments.fin)),
      constants.TIMEOUT_TCP_CLOSING_S,
      true,
    ],
    [
      'a connection that the other end has reset',
      () => plane.toAgent(tcp(back(answered()), segments.rst)),
      constants.TIMEOUT_TCP_CLOSING_S,
      true,
    ],
    ['UDP', () => plane.fromAgent(udp(path(5000))), constants.TIMEOUT_UDP_S, true],
    ['an echo', () => plane.fromAgent(ping(path(0))), constants.TIMEOUT_ICMP_S, true],
    [
      'a question',
      () => plane.fromAgent(query('api.example.com', 1, { srcPort: ++port })),
      constants.TIMEOUT_DNS_S,
      false,
    ],
    [
      'a connection that was denied for its ClientHello',
      () => new TcpClient(plane, path(443, address)).open().data(clientHello('www.example.net')),
      constants.TIMEOUT_TCP_CLOSING_S,
      false,
    ],
  ];
  const ends = new Map<string, { readonly old: number; readonly young: number }>();
  const closed: number[] = [];
  let flowsBefore = 0;
  let before: ReturnType<typeof use>;
  let after: ReturnType<typeof use>;

  const begun = (begin: () => unknown, silentFor: number) => {
    begin();
    const [key, flow] = flowOf(port) ?? expect.fail('no flow has begun');
    const last_seen = flow.last_seen - nanoseconds(silentFor);
    plane.maps.sp_flows.set(key, { ...flow, last_seen });
    return port;
  };
  const unusedFor = (name: string, seconds: number) => {
    const [key, entry] = nameOf(name) ?? expect.fail(`${name} is not kept`);
    const last_used = process.hrtime.bigint() - nanoseconds(seconds);
    plane.maps.sp_names.set(key, { ...entry, last_used });
  };
  const learn = (name: string, to: string) =>
    ask(plane, query(name), answer(name, [addressRecord(to)]));
  const forget = (to: string, names: readonly string[]) => {
    const gone = new Set(names.map((name) => nameOf(name)?.[0].id));
    const [key, found] =
      [...plane.maps.sp_learned.entries()].find(([, { names: known }]) =>
        known.some(({ name }) => gone.has(name)),
      ) ?? expect.fail(`${to} is not known`);
    plane.maps.sp_learned.set(key, {
      ...found,
      names: found.names.map((one) => (gone.has(one.name) ? { ...one, expires: 1n } : one)),
    });
  };

  beforeAll(async () => {
    plane = new DataPlane();
    await plane.use(policies);
    learn('api.example.com', address);
    learn('unused.example.org', '93.184.215.2');
    learn('held.example.org', '93.184.215.3');
    learn('late.example.org', '93.184.215.4');
    learn('one.example.org', '93.184.215.5');
    learn('other.example.org', '93.184.215.5');
    plane.forgetFlows();
    for (const [kind, begin, seconds] of kinds) {
      const young = begun(begin, seconds - MARGIN_S);
      ends.set(kind, { young, old: begun(begin, seconds) });
    }
    plane.fromAgent(tcp(path(443, '93.184.215.3')));
    for (const name of ['unused', 'held']) {
      unusedFor(`${name}.example.org`, constants.NAME_LIFETIME_S);
    }
    unusedFor('late.example.org', constants.NAME_LIFETIME_S - MARGIN_S);
    forget('93.184.215.2', ['unused.example.org']);
    forget('93.184.215.5', ['one.example.org']);
    const stream = new EventStream(plane.maps.sp_events.fd, (record) => {
      if (record.length !== structs.flowEvent.size) return;
      const { kind, port_src } = structs.flowEvent.decode(record);
      if (kind === constants.EVENT_CLOSE) closed.push(port_src);
    });
    flowsBefore = [...plane.maps.sp_flows.keys()].length;
    before = use();
    await plane.sweep();
    after = use();
    stream.start();
    await stream.stop();
  });
  afterAll(() => plane.close());

  it.each(kinds)('goes: %s', (kind, _begin, _seconds, isTold) => {
    const { old = 0, young = 0 } = ends.get(kind) ?? {};
    expect({ old: flowOf(old), young: flowOf(young) }).toEqual({
      old: undefined,
      young: expect.anything(),
    });
    expect([closed.includes(old), closed.includes(young)]).toEqual([isTold, false]);
  });

  it('is given back to the agent that held it', () => {
    expect(before?.flows).toBe(flowsBefore);
    expect(after?.flows).toBe(flowsBefore - kinds.length);
    expect(after?.names).toBe((before?.names ?? 0) - 1);
    expect(after?.learned).toBe((before?.learned ?? 0) - 1);
  });

  it('goes: a name that nothing uses; not one that a flow holds, or that was just used', () => {
    const kept = ['unused', 'held', 'late'].map((name) => nameOf(`${name}.example.org`));
    expect(kept).toEqual([undefined, expect.anything(), expect.anything()]);
  });

  it('goes: an address whose names are all too old; one name that is not keeps it', () => {
    expect(plane.learned('alpha', '93.184.215.2')).toEqual([]);
    const names = plane.learned('alpha', '93.184.215.5').map(({ name }) => name);
    expect(names).toContain('other.example.org');
  });
});
