import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  BpfMap,
  interfacePrograms,
  loadFile,
  loadObject,
  objectPath,
  runOnPacket,
  u32,
} from '../../gateway/kernel/index.ts';
import { constants } from '../../gateway/layout/index.ts';
import { lower } from '../../gateway/lower/index.ts';
import { RuleTables } from '../../gateway/tables/index.ts';
import { reasonCode } from '../../src/rules/index.ts';
import { describeKernel } from './availability.ts';
import {
  back,
  ethernet,
  from,
  icmpError,
  ping,
  segments,
  tcp,
  udp,
  withChecksum,
} from './packets.ts';
import { rulesOf } from './rules-of.ts';
import { replay, runs } from './runs.ts';

const policies = `apiVersion: sallyport.dev/v1
kind: AgentPolicy
metadata: {name: alpha, version: 1.0.0}
spec:
  workloads: {cidrs: [10.8.1.0/24]}
  allow:
    - {id: web, to: {cidr: 192.0.2.0/25}, protocol: tcp, ports: [443]}
    - {id: web6, to: {cidr: "2001:db8::/33"}, protocol: tcp, ports: [443]}
    - {id: games, to: {cidr: 192.0.2.0/25}, protocol: udp, ports: [5000]}
    - {id: echo, to: {cidr: 192.0.2.0/25}, protocol: icmp}
    - {id: clerks, to: {cidr: 198.51.100.1/32}, protocol: udp, ports: [7], onBehalfOf: [group:clerks]}
  ingress:
    allow: [{id: health, from: {cidr: 192.0.2.128/25}, protocol: tcp, ports: [8080]}]
`;
const owner = { agent: 'alpha', principals: ['group:clerks'] };
/** An interface that is the agent's alone, for the gateway's programs. */
const LINK = 7;
const OUTSIDE = 8;

const ours = from('203.0.113.7').to('192.0.2.10');
const seeds = [
  tcp(ours),
  tcp(ours, segments.ack),
  tcp(ours, segments.data, Buffer.from('hello')),
  tcp({ ...ours, dstPort: 22 }),
  tcp(from('fd00::7').to('2001:db8::10')),
  udp({ ...ours, dstPort: 5000 }),
  udp({ ...ours, dstPort: 53 }),
  ping(ours),
  ping(back(ours), true),
  tcp(back(ours), segments.synAck),
  udp({ ...back(ours), srcPort: 5000 }),
  tcp(from('192.0.2.200').to('203.0.113.7', 8080)),
  tcp(from('198.51.100.7').to('203.0.113.7', 8080)),
  icmpError(back(ours), tcp(ours)),
];

describeKernel('the programs on a cgroup', () => {
  let object: ReturnType<typeof loadObject>;
  let sidecar: ReturnType<typeof loadFile>;
  beforeAll(async () => {
    object = loadObject({ leaveOut: interfacePrograms });
    sidecar = loadFile(objectPath('sidecar'), { shared: object.maps });
    const place = (ifindex: number) => ({ ifindex, holds: [], owner });
    const tables = new RuleTables(object, { clauses: 1024 });
    await tables.apply(lower(rulesOf(policies)), [place(LINK), place(constants.CGROUP_INTERFACE)]);
  });
  afterAll(() => {
    sidecar.close();
    object.close();
  });
  const sent = (frame: Buffer) =>
    runOnPacket(sidecar.programFd('sp_cgroup_egress'), { frame }).action === 1;
  const got = (frame: Buffer) =>
    runOnPacket(sidecar.programFd('sp_cgroup_ingress'), { frame, cameFrom: OUTSIDE }).action === 1;
  const atGateway = (frame: Buffer, inbound: boolean) => {
    const run = { frame, mark: LINK, cameFrom: OUTSIDE, cb: [inbound ? 1 : 0] };
    return runOnPacket(object.programs.sp_judge, run).action === -1;
  };
  const counted = (reason: 'allowed' | 'reply' | 'ethertype' | 'busy') =>
    object.maps.sp_reason_count
      .getPerCpu(reasonCode[reason])
      .reduce((sum, { packets }) => sum + Number(packets), 0);

  const forgetFlows = () => {
    const { sp_flows, sp_agent_use } = object.maps;
    sp_flows.deleteAll([...sp_flows.keys()]);
    const use = sp_agent_use.get(1);
    if (use) sp_agent_use.set(1, { ...use, flows: 0 });
  };

  it('know the agent by its cgroup, whatever address it writes, and whom it acts for', () => {
    for (const address of ['127.0.0.1', '10.8.1.5', '203.0.113.99']) {
      expect(sent(tcp(from(address).to('192.0.2.10')))).toBe(true);
      expect(sent(tcp(from(address).to('192.0.2.10', 22)))).toBe(false);
    }
    expect(sent(tcp(from('fe80::1').to('2001:db8::10')))).toBe(true);
    expect(sent(udp(from('127.0.0.1').to('198.51.100.1', 7)))).toBe(true);
  });

  it('pass answers and what ingress clauses let in, and nobody who has an agent’s address', () => {
    const path = from('203.0.113.8', 41000).to('192.0.2.10');
    expect(got(tcp(back(path), segments.synAck))).toBe(false);
    expect(sent(tcp(path))).toBe(true);
    expect(got(tcp(back(path), segments.synAck))).toBe(true);
    expect(got(tcp(from('192.0.2.200').to('203.0.113.8', 8080)))).toBe(true);
    expect(got(tcp(from('10.8.1.9').to('203.0.113.8', 8080)))).toBe(false);
  });

  it('count once what the command says to itself', () => {
    const path = from('192.0.2.10', 42000).to('192.0.2.11');
    const before = counted('allowed') + counted('reply');
    for (const frame of [tcp(path), tcp(back(path), segments.synAck), tcp(path, segments.ack)]) {
      expect([sent(frame), got(frame)]).toEqual([true, true]);
    }
    expect(counted('allowed') + counted('reply')).toBe(before + 3);
  });

  it('refuse a packet when all that they can judge at once are being judged, and count it', () => {
    const fd = sidecar.mapFd('sp_contexts');
    const info = readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8');
    const size = Number(/^value_size:\s+(\d+)$/m.exec(info)?.[1]);
    const raw = { size, encode: (value: Buffer) => value, decode: (value: Buffer) => value };
    const contexts = new BpfMap('sp_contexts', fd, u32, raw);
    const fill = (byte: number) => {
      for (let at = 0; at < 256; at++) contexts.set(at, Buffer.alloc(size, byte));
    };
    const frame = tcp(from('203.0.113.9').to('192.0.2.10'));
    const before = counted('busy');
    fill(0xff);
    expect([sent(frame), got(tcp(back(ours)))]).toEqual([false, false]);
    expect(counted('busy')).toBe(before + 2);
    fill(0);
    // More than are tried for one packet: each gives back what it took.
    for (let i = 0; i < 64; i++) expect(sent(frame)).toBe(true);
    expect(counted('busy')).toBe(before + 2);
  });

  it('refuse what is not IP', () => {
    const before = counted('ethertype');
    expect(sent(ethernet(0x9000, Buffer.alloc(60)))).toBe(false);
    expect(counted('ethertype')).toBe(before + 1);
  });

  it('judge as the gateway’s do, sound packets and faulty ones, in any order', () => {
    const change = fc.record({ at: fc.nat(59), byte: fc.oneof(fc.nat(255), fc.constant(0)) });
    const packet = fc.record({
      seed: fc.constantFrom(...seeds),
      changes: fc.array(change, { maxLength: 2 }),
      inbound: fc.boolean(),
    });
    let passed = 0;
    let refused = 0;
    fc.assert(
      fc.property(fc.array(packet, { minLength: 1, maxLength: 8 }), (packets) => {
        forgetFlows();
        for (const { seed, changes, inbound } of packets) {
          const frame = Buffer.from(seed);
          for (const { at, byte } of changes) frame[14 + (at % (frame.length - 14))] = byte;
          const sound = withChecksum(frame);
          const here = inbound ? got(sound) : sent(sound);
          expect(here).toBe(atGateway(sound, inbound));
          if (here) passed++;
          else refused++;
        }
      }),
      replay(runs(800)),
    );
    expect(passed).toBeGreaterThan(runs(200));
    expect(refused).toBeGreaterThan(runs(200));
  });
});
