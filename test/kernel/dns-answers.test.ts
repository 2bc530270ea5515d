import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { DnsRecord } from '../../gateway/judge/index.ts';
import { describeKernel } from './availability.ts';
import { DataPlane } from './data-plane.ts';
import { type Answering, addressRecord, answer, ask, query, types } from './dns.ts';

const policies = `apiVersion: sallyport.dev/v1
kind: AgentPolicy
metadata: {name: alpha, version: 1.0.0}
spec:
  workloads: {cidrs: [10.8.1.0/24]}
  dns: {resolvers: [10.8.0.53]}
  allow: [{id: site, to: {host: "**.example.com"}, protocol: tcp, ports: [443]}]
`;

const name = 'api.example.com';
const here = '93.184.215.14';
const there = '93.184.215.99';
const dropped = { passed: false, reason: 'dns-malformed' };

describeKernel('answers', () => {
  let plane: DataPlane;
  let srcPort = 30000;
  beforeAll(async () => {
    plane = new DataPlane();
    await plane.use(policies);
  });
  afterAll(() => plane.close());
  beforeEach(() => {
    srcPort++;
    plane.maps.sp_learned.deleteAll([...plane.maps.sp_learned.keys()]);
  });

  const names = (address: string) => plane.learned('alpha', address).map((l) => l.name);
  const exchange = (records: readonly DnsRecord[], options: Answering) => {
    const ports = { srcPort, ...options };
    ask(plane, query(name, types.A, ports), answer(name, records, ports));
  };

  it.each([
    ['truncated ones', 0x8380],
    ['NXDOMAIN', 0x8183],
    ['SERVFAIL', 0x8182],
  ])('that answer nothing pass and teach nothing: %s', (_title, flags) => {
    exchange([addressRecord(here)], { flags });
    expect(names(here)).toEqual([]);
    expect(plane.toAgent(answer(name, [addressRecord(here)], { srcPort }))).toMatchObject(dropped);
  });

  it.each<[string, Answering, string]>([
    ['another id', { id: 2 }, name],
    ['another type', { type: types.AAAA }, name],
    ['another name', {}, 'www.example.com'],
    ['a question instead of an answer', { flags: 0x0100 }, name],
    ['another operation', { flags: 0xa980 }, name],
  ])('are dropped for %s', (_title, change, about) => {
    expect(plane.fromAgent(query(name, types.A, { srcPort })).passed).toBe(true);
    const reply = answer(about, [addressRecord(here)], { srcPort, ...change });
    expect(plane.toAgent(reply)).toMatchObject(dropped);
    expect(names(here)).toEqual([]);
    expect(plane.toAgent(answer(name, [addressRecord(here)], { srcPort })).passed).toBe(true);
  });

  it('to a name in other letters are the same answer', () => {
    ask(
      plane,
      query('aPi.eXample.com', types.A, { srcPort }),
      answer(name, [addressRecord(here)], { srcPort }),
    );
    expect(names(here)).toEqual([name]);
  });

  it('that nobody asked for are dropped, at another port, from another server, a second time', () => {
    const reply = (options: Answering) => answer(name, [addressRecord(here)], options);
    expect(plane.toAgent(reply({ srcPort })).passed).toBe(false);
    plane.fromAgent(query(name, types.A, { srcPort }));
    expect(plane.toAgent(reply({ srcPort: srcPort + 1 })).passed).toBe(false);
    expect(plane.toAgent(reply({ srcPort, resolver: '10.8.0.54' })).passed).toBe(false);
    expect(names(here)).toEqual([]);
    expect(plane.toAgent(reply({ srcPort })).passed).toBe(true);
    expect(plane.toAgent(answer(name, [addressRecord(there)], { srcPort }))).toMatchObject(dropped);
    expect(names(there)).toEqual([]);
  });

  it('are tied to their questions, in whatever order they come', () => {
    const ids = Array.from({ length: 16 }, (_, id) => id);
    for (const id of ids) plane.fromAgent(query(`h${id}.example.com`, types.A, { srcPort, id }));
    for (const id of ids.toReversed()) {
      const reply = answer(`h${id}.example.com`, [addressRecord(`93.184.216.${id}`)], {
        srcPort,
        id,
      });
      expect(plane.toAgent(reply).passed).toBe(true);
      expect(names(`93.184.216.${id}`)).toEqual([`h${id}.example.com`]);
    }
  });
});
