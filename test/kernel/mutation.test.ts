import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createEvaluator } from '../../src/rules/index.ts';
import { describeKernel } from './availability.ts';
import { DataPlane } from './data-plane.ts';
import { mutated } from './mutated-frames.ts';
import { ETHERNET, extended, from, icmpError, ping, tcp, udp } from './packets.ts';
import { readFrame } from './read-frame.ts';
import { rulesOf } from './rules-of.ts';
import { replay, runs } from './runs.ts';

const policies = `apiVersion: sallyport.dev/v1
kind: AgentPolicy
metadata: {name: alpha, version: 1.0.0}
spec:
  workloads: {cidrs: [10.8.1.0/24, "fd00:8:1::/64"]}
  allow:
    - {id: web, to: {cidr: 192.0.2.0/25}, protocol: tcp, ports: [443, "6000-6010"]}
    - {id: web6, to: {cidr: "2001:db8::/33"}, protocol: tcp, ports: [443]}
    - {id: games, to: {cidr: 192.0.2.0/25}, protocol: udp, ports: [5000]}
    - {id: echo, to: {cidr: 192.0.2.0/25}, protocol: icmp}
`;

const v4 = from('10.8.1.5').to('192.0.2.10');
const v6 = from('fd00:8:1::5').to('2001:db8::10');
const tcpPayload = tcp(v6).subarray(ETHERNET + 40);
/** Sound frames, allowed and denied, from which the others are made. */
const seeds = [
  tcp(v4),
  tcp({ ...v4, dst: '192.0.2.200' }),
  tcp({ ...v4, dstPort: 22 }),
  tcp({ ...v4, src: '10.9.1.5' }),
  tcp(v6),
  tcp({ ...v6, dst: '2001:db8:8000::1' }),
  udp({ ...v4, dstPort: 5000 }),
  udp({ ...v4, dstPort: 53 }),
  ping(v4),
  ping({ ...v4, dst: '192.0.2.200' }),
  ping(v6),
  extended(v6, [{ type: 0 }, { type: 60 }], 6, tcpPayload),
  extended(v6, [{ type: 44 }], 6, tcpPayload),
  icmpError(v4, tcp({ ...v4, src: v4.dst, dst: v4.src })),
];

const frames = mutated(seeds);

describeKernel('frames with random faults', () => {
  let plane: DataPlane;
  const evaluator = createEvaluator(rulesOf(policies));
  beforeAll(async () => {
    // A small table is emptied fast.
    plane = new DataPlane({ sp_flows: 256 });
    await plane.use(policies);
  });
  afterAll(() => plane.close());

  it('pass only as a flow that the rules allow, or as neighbour discovery', () => {
    let passed = 0;
    let refused = 0;
    fc.assert(
      fc.property(frames, (frame) => {
        plane.forgetFlows();
        if (!plane.fromAgent(frame).passed) {
          refused++;
          return;
        }
        passed++;
        const flow = readFrame(frame);
        if (flow === 'neighbours') return;
        expect(flow).toBeDefined();
        if (flow) expect(evaluator.decide(flow)).toMatchObject({ decision: 'allow' });
      }),
      replay(runs(20_000)),
    );
    // Neither side may be empty, or nothing was shown.
    expect(passed).toBeGreaterThan(runs(500));
    expect(refused).toBeGreaterThan(runs(500));
  });

  it('never pass where they are noise', () => {
    const noise = fc.uint8Array({ minLength: 60, maxLength: 300 });
    const ethertype = fc.constantFrom(0x0800, 0x86dd, 0x8100, 0x9000);
    fc.assert(
      fc.property(noise, ethertype, (bytes, type) => {
        const frame = Buffer.from(bytes);
        frame.writeUInt16BE(type, 12);
        expect(plane.fromAgent(frame).passed).toBe(false);
        expect(plane.toAgent(frame).passed).toBe(false);
      }),
      replay(runs(2000)),
    );
  });
});
