import { afterAll, beforeAll, expect, it } from 'vitest';
import { constants } from '../../gateway/layout/index.ts';
import { describeKernel } from './availability.ts';
import { DataPlane } from './data-plane.ts';
import { back, from, segments, tcp } from './packets.ts';

const agent = (name: string, net: number) => `apiVersion: sallyport.dev/v1
kind: AgentPolicy
metadata: {name: ${name}, version: 1.0.0}
spec:
  workloads: {cidrs: [10.8.${net}.0/24]}
  allow: [{id: web, to: {cidr: 192.0.2.0/24}, protocol: tcp, ports: [443]}]
`;
const { FLOWS_PER_AGENT } = constants;
const OVER = 50;

describeKernel('an agent that opens as many flows as it can', () => {
  let plane: DataPlane;
  beforeAll(async () => {
    plane = new DataPlane();
    await plane.use(`${agent('flooder', 1)}---\n${agent('worker', 2)}`);
  });
  afterAll(() => plane.close());

  it('is refused beyond its share, and counted; others open and keep theirs', () => {
    const open = from('10.8.2.5', 1).to('192.0.2.1');
    expect(plane.fromAgent(tcp(open)).passed).toBe(true);
    const refused: number[] = [];
    for (let i = 0; i < FLOWS_PER_AGENT + OVER; i++) {
      const path = from(`10.8.1.${1 + (i % 200)}`, 1000 + Math.floor(i / 200)).to('192.0.2.1');
      if (!plane.fromAgent(tcp(path)).passed) refused.push(i);
    }
    expect(refused).toEqual(Array.from({ length: OVER }, (_, i) => FLOWS_PER_AGENT + i));
    expect(plane.packets('flow-table-full')).toBe(OVER);
    expect(plane.toAgent(tcp(back(open), segments.synAck)).passed).toBe(true);
    expect(plane.fromAgent(tcp(open, segments.data)).passed).toBe(true);
    for (let port = 2; port < 100; port++) {
      expect(plane.fromAgent(tcp(from('10.8.2.5', port).to('192.0.2.1'))).passed).toBe(true);
    }
  });
});
