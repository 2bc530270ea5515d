import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { EventStream } from '../../gateway/kernel/index.ts';
import { constants, structs } from '../../gateway/layout/index.ts';
import { addressText, textOf } from '../../gateway/tables/index.ts';
import { reasonCode, reasons } from '../../src/rules/index.ts';
import { describeKernel } from './availability.ts';
import { DataPlane, LINK } from './data-plane.ts';
import { addressRecord, answer, ask, query } from './dns.ts';
import { back, from, segments, tcp, udp } from './packets.ts';

const policies = `apiVersion: sallyport.dev/v1
kind: AgentPolicy
metadata: {name: alpha, version: 2.1.0}
spec:
  workloads: {cidrs: [10.8.1.0/24, 203.0.113.0/28]}
  dns: {resolvers: [10.8.0.53]}
  allow:
    - {id: web, to: {cidr: 192.0.2.0/24}, protocol: tcp, ports: [443]}
    - {id: site, to: {host: "**.example.com"}, protocol: tcp, ports: [443]}
  deny: [{id: no-ssh, to: {any: true}, protocol: tcp, ports: [22]}]
---
apiVersion: sallyport.dev/v1
kind: Guardrail
metadata: {name: trial, version: 1.0.0}
spec: {mode: audit, deny: [{id: seen, to: {cidr: 93.184.215.20/32}}]}
`;
const clauses = ['web', 'site', 'no-ssh'].map((id) => `AgentPolicy/alpha#${id}`);

describeKernel('what the data plane tells', () => {
  let plane: DataPlane;
  let port = 40000;
  const fresh = (dstPort = 443, dst = '192.0.2.10') => from('10.8.1.5', ++port).to(dst, dstPort);
  const everCounted = (clause: string) => {
    const [number] =
      [...plane.maps.sp_clauses.entries()].find(([, { text }]) => textOf(text) === clause) ?? [];
    if (number === undefined) throw new Error(`no clause ${clause}`);
    const all = plane.maps.sp_clause_count.getPerCpu(number);
    const sum = (key: 'flows' | 'packets' | 'bytes') =>
      Number(all.reduce((n, c) => n + c[key], 0n));
    return { flows: sum('flows'), packets: sum('packets'), bytes: sum('bytes') };
  };
  let before = new Map(clauses.map((clause) => [clause, { flows: 0, packets: 0, bytes: 0 }]));
  /** In this test. */
  const counted = (clause: string) => {
    const [now, then] = [everCounted(clause), before.get(clause)];
    return {
      flows: now.flows - (then?.flows ?? 0),
      packets: now.packets - (then?.packets ?? 0),
      bytes: now.bytes - (then?.bytes ?? 0),
    };
  };
  /** Events since the last call. */
  const flowEvents = async () => {
    const records: Buffer[] = [];
    const stream = new EventStream(plane.maps.sp_events.fd, (record) => records.push(record));
    stream.drain();
    await stream.stop();
    return records.map((record) =>
      record.length === structs.questionEvent.size
        ? { ...structs.questionEvent.decode(record), question: true as const }
        : { ...structs.flowEvent.decode(record), question: false as const },
    );
  };
  const lostEvents = () =>
    plane.maps.sp_losses.getPerCpu(0).reduce((n, { events }) => n + events, 0n);

  beforeAll(() => {
    plane = new DataPlane({ sp_events: 4096 });
  });
  beforeEach(async () => {
    await plane.use(policies);
    await flowEvents();
    before = new Map(clauses.map((clause) => [clause, everCounted(clause)]));
  });
  afterAll(() => plane.close());

  it('per clause: flows, packets and bytes, both ways', () => {
    const path = fresh();
    const frames = [
      tcp(path),
      tcp(back(path), segments.synAck),
      tcp(path, segments.data, Buffer.alloc(100)),
    ];
    plane.fromAgent(frames[0] as Buffer);
    plane.toAgent(frames[1] as Buffer);
    plane.fromAgent(frames[2] as Buffer);
    plane.fromAgent(tcp(fresh(22)));
    const bytes = frames.reduce((sum, frame) => sum + frame.length, 0);
    expect(counted('AgentPolicy/alpha#web')).toEqual({ flows: 1, packets: 3, bytes });
    expect(counted('AgentPolicy/alpha#no-ssh')).toMatchObject({ flows: 1, packets: 1 });
    expect(counted('AgentPolicy/alpha#site')).toEqual({ flows: 0, packets: 0, bytes: 0 });
  });

  it('per reason: every packet once', () => {
    const ever = reasons.map(({ name }) => plane.packets(name));
    const path = fresh();
    plane.fromAgent(tcp(path));
    plane.toAgent(tcp(back(path), segments.synAck));
    for (let i = 0; i < 3; i++) plane.fromAgent(tcp(fresh(), 0));
    for (let i = 0; i < 2; i++) plane.fromAgent(udp(fresh(9)));
    plane.fromAgent(tcp(fresh(22)));
    const counts = reasons.flatMap(({ name }, code) => {
      const packets = plane.packets(name) - (ever[code] ?? 0);
      return packets > 0 ? [[name, packets]] : [];
    });
    expect(Object.fromEntries(counts)).toEqual({
      allowed: 1,
      reply: 1,
      malformed: 3,
      'no-clause': 2,
      denied: 1,
    });
  });

  it('of a new flow: who, to where, by which names and clause', async () => {
    ask(
      plane,
      query('api.example.com'),
      answer('api.example.com', [addressRecord('93.184.215.14')]),
    );
    await flowEvents();
    const path = fresh(443, '93.184.215.14');
    plane.fromAgent(tcp(path));
    const [event, ...more] = await flowEvents();
    expect(more).toEqual([]);
    expect(event).toMatchObject({
      kind: constants.EVENT_NEW,
      decision: constants.DECISION_ALLOW,
      reason: reasonCode.allowed,
      port_src: path.srcPort,
      port_dst: 443,
      protocol: 6,
      ifindex: LINK,
      agent: plane.agentNumber('alpha'),
      generation: plane.tables.generation,
    });
    if (!event || event.question) throw new Error('a flow was expected');
    expect([addressText(event.src), addressText(event.dst)]).toEqual([path.src, path.dst]);
    expect(textOf(plane.maps.sp_clauses.get(event.clause)?.text ?? new Uint8Array())).toBe(
      'AgentPolicy/alpha#site',
    );
  });

  it('of a denied flow once, however often it tries within a second', async () => {
    const path = fresh(22);
    for (let i = 0; i < 20; i++) plane.fromAgent(tcp(path));
    plane.fromAgent(tcp(fresh(22)));
    const events = await flowEvents();
    expect(events.map(({ kind }) => kind)).toEqual([constants.EVENT_DENY, constants.EVENT_DENY]);
    expect(events[0]).toMatchObject({
      reason: reasonCode.denied,
      decision: constants.DECISION_DENY,
    });
    expect(counted('AgentPolicy/alpha#no-ssh').packets).toBe(21);
  });

  // The one address is less than the other end's, the other greater.
  it.each(['10.8.1.5', '203.0.113.5'])(
    'of a flow that ended: all that was told of its begin, and what it carried, from %s',
    async (src) => {
      ask(
        plane,
        query('api.example.com'),
        answer('api.example.com', [addressRecord('93.184.215.20')]),
      );
      await flowEvents();
      const path = { ...fresh(443, '93.184.215.20'), src };
      const frames = [
        tcp(path),
        tcp(back(path), segments.synAck),
        tcp(back(path), segments.data, Buffer.alloc(100)),
      ] as const;
      plane.fromAgent(frames[0]);
      plane.toAgent(frames[1]);
      plane.toAgent(frames[2]);
      const { generation } = plane.tables;
      await plane.use(policies.replace('**.example.com', '**.example.net'));
      plane.fromAgent(tcp(path, segments.data));
      const [begin, end] = await flowEvents();
      if (!begin || begin.question || !end || end.question) return expect.fail('two were expected');
      expect(begin).toMatchObject({ kind: constants.EVENT_NEW, generation });
      expect(begin.noted).not.toBe(0);
      expect(begin.name_count).toBe(1);
      expect([addressText(end.src), addressText(end.dst)]).toEqual([src, path.dst]);
      expect(end.time).toBeGreaterThan(begin.time);
      expect(end).toEqual({
        ...begin,
        kind: constants.EVENT_CLOSE,
        packets: [1n, 2n],
        bytes: [frames[0].length, frames[1].length + frames[2].length].map(BigInt),
        time: end.time,
        flags: end.flags,
      });
      expect(end.flags & constants.FLOW_REPLIED).not.toBe(0);
    },
  );

  it('of every question: name, type and verdict', async () => {
    plane.fromAgent(query('API.example.com', 28));
    plane.fromAgent(query('secret.evil.org', 16));
    const events = await flowEvents();
    const told = events.flatMap((event) =>
      event.question
        ? [
            {
              name: Buffer.from(event.name.subarray(0, event.length)).reverse().toString(),
              type: event.type,
              reason: event.reason,
            },
          ]
        : [],
    );
    expect(told).toEqual([
      { name: '.api.example.com', type: 28, reason: reasonCode.allowed },
      { name: '.secret.evil.org', type: 16, reason: reasonCode['dns-type'] },
    ]);
  });

  it('or else that it could not: events without room are counted', async () => {
    const lostBefore = lostEvents();
    const sent = 200;
    for (let i = 0; i < sent; i++) plane.fromAgent(tcp(fresh(22)));
    const told = (await flowEvents()).length;
    expect(told).toBeGreaterThan(0);
    const lost = lostEvents() - lostBefore;
    expect(lost).toBeGreaterThan(0n);
    expect(BigInt(told) + lost).toBe(BigInt(sent));
    expect(counted('AgentPolicy/alpha#no-ssh').flows).toBe(sent);
  });
});
