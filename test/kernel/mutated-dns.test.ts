import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { dnsQuery } from '../../gateway/judge/index.ts';
import { createEvaluator } from '../../src/rules/index.ts';
import { describeKernel } from './availability.ts';
import { DataPlane } from './data-plane.ts';
import { addressRecord, answer, asking, cname, query, types } from './dns.ts';
import { mutated } from './mutated-frames.ts';
import { back, ETHERNET, from, icmpError, segments, tcp, udp } from './packets.ts';
import { readFrame } from './read-frame.ts';
import { readQuestion } from './read-question.ts';
import { rulesOf } from './rules-of.ts';
import { replay, runs } from './runs.ts';

const policies = `apiVersion: sallyport.dev/v1
kind: AgentPolicy
metadata: {name: alpha, version: 1.0.0}
spec:
  workloads: {cidrs: [10.8.1.5/32]}
  dns: {resolvers: [10.8.0.53], onDeny: drop}
  allow:
    - {id: web, to: {cidr: 192.0.2.0/25}, protocol: tcp, ports: [443]}
    - {id: files, to: {host: "*.files.example.com"}, protocol: tcp, ports: [443]}
    - {id: api, to: {host: api.example.com}, protocol: tcp, ports: [443]}
  deny:
    - {id: secret, to: {host: secret.files.example.com}}
`;
const [name, learned] = ['a.files.example.com', '93.184.216.34'];
const flow = from('10.8.1.5').to('192.0.2.10');
const questions = [
  query(name),
  query('api.example.com', types.TXT),
  query('secret.files.example.com'),
  query('b.a.files.example.com'),
  udp(asking(), Buffer.concat([dnsQuery({ id: 1, name, type: 1 }), Buffer.alloc(3)])),
];
const replies = [
  tcp(back(flow), segments.synAck),
  tcp({ ...back(flow), src: '192.0.2.11' }, segments.synAck),
  udp(back(flow)),
  icmpError(from('203.0.113.1').to('10.8.1.5'), tcp(flow)),
  icmpError(from('203.0.113.1').to('10.8.1.5'), tcp({ ...flow, dstPort: 444 })),
];
const answers = [
  answer(name, [addressRecord(learned)]),
  answer(name, [cname('cdn.example.net'), addressRecord(learned, 'cdn.example.net')]),
  answer(name, [addressRecord('10.20.0.1'), addressRecord(learned)]),
];

describeKernel('DNS and replies with random faults', () => {
  let plane: DataPlane;
  const evaluator = createEvaluator(rulesOf(policies));
  beforeAll(async () => {
    // Small tables are emptied fast.
    plane = new DataPlane({ sp_flows: 256, sp_learned: 256, sp_names: 256, sp_questions: 256 });
    await plane.use(policies);
  });
  afterAll(() => plane.close());

  it('let no question pass that the rules refuse', () => {
    let passed = 0;
    fc.assert(
      fc.property(mutated(questions), (frame) => {
        plane.forgetFlows();
        if (!plane.fromAgent(frame).passed) return;
        passed++;
        const read = readFrame(frame);
        if (read === 'neighbours') return;
        expect(read && evaluator.decide(read)).toMatchObject({ decision: 'allow' });
        if (read?.protocol !== 'udp') return;
        const question = readQuestion(frame);
        const verdict = question && evaluator.decideQuestion({ agent: 'alpha', ...question });
        expect({ question, verdict }).toMatchObject({ verdict: { decision: 'allow' } });
      }),
      replay(runs(2000)),
    );
    expect(passed).toBeGreaterThan(runs(2000) / 50);
  });

  it('let nothing come to the agent that is not of its flow', () => {
    let passed = 0;
    fc.assert(
      fc.property(mutated(replies), (frame) => {
        plane.forgetFlows();
        plane.fromAgent(tcp(flow));
        const { passed: came, reason } = plane.toAgent(frame);
        if (!came) return;
        passed++;
        const [type, packet] = [frame.readUInt16BE(12), frame.subarray(ETHERNET)];
        if (type === 0x0806 || (type === 0x86dd && packet[6] === 58)) return;
        expect(type).toBe(0x0800);
        expect(packet.toString('hex', 16, 20)).toBe('0a080105');
        // Of an error, the packet that it is about; it begins with the addresses and ports of the flow.
        const inner = reason === 'related' ? packet.subarray(28) : packet;
        const [src, dst] = reason === 'related' ? [12, 16] : [16, 12];
        expect(inner.toString('hex', src, src + 4)).toBe('0a080105');
        expect(inner.toString('hex', dst, dst + 4)).toBe('c000020a');
        expect(inner[9]).toBe(6);
      }),
      replay(runs(1500)),
    );
    expect(passed).toBeGreaterThan(runs(1500) / 50);
  });

  it('teach only addresses that the frame holds, and only names that were asked for', () => {
    let taught = 0;
    fc.assert(
      fc.property(mutated(answers), (frame) => {
        plane.forgetFlows();
        plane.maps.sp_learned.deleteAll([...plane.maps.sp_learned.keys()]);
        expect(plane.fromAgent(query(name)).passed).toBe(true);
        const { passed } = plane.toAgent(frame);
        const known = [...plane.maps.sp_learned.keys()].map(({ addr }) => toHex(addr));
        if (!passed) expect(known).toEqual([]);
        for (const address of known) {
          taught++;
          expect(frame.toString('hex')).toContain(address);
        }
        expect(plane.learned('alpha', '10.20.0.1')).toEqual([]);
        for (const one of plane.learned('alpha', learned)) expect(one.name).toBe(name);
      }),
      replay(runs(1500)),
    );
    expect(taught).toBeGreaterThan(runs(1500) / 50);
  });
});

/** Address words as they stand in memory; of an IPv4 address its four bytes. */
function toHex(words: readonly bigint[]): string {
  const bytes = Buffer.alloc(16);
  words.forEach((word, i) => {
    bytes.writeBigUInt64LE(word, 8 * i);
  });
  const isIpv4 = bytes.subarray(0, 12).equals(Buffer.from('00000000000000000000ffff', 'hex'));
  return bytes.toString('hex', isIpv4 ? 12 : 0);
}
