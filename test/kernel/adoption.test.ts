import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { constants } from '../../gateway/layout/index.ts';
import type { RuleTables } from '../../gateway/tables/index.ts';
import { describeKernel } from './availability.ts';
import { DataPlane } from './data-plane.ts';
import { back, from, segments, tcp } from './packets.ts';

const agent = (name: string, net: number, id: string, to: string) => `apiVersion: sallyport.dev/v1
kind: AgentPolicy
metadata: {name: ${name}, version: 1.0.0}
spec:
  workloads: {cidrs: [10.8.${net}.0/24]}
  allow: [{id: ${id}, to: {cidr: ${to}}, protocol: tcp, ports: [443]}]
`;
const alpha = agent('alpha', 1, 'shop', '192.0.2.0/25');
const beta = agent('beta', 2, 'bank', '198.51.100.0/24');
const both = `${alpha}---\n${beta}`;
const CLAUSES = 8;

describeKernel('a process that takes over', () => {
  let plane: DataPlane;
  let tables: RuleTables;
  beforeAll(() => {
    plane = new DataPlane({}, CLAUSES);
  });
  beforeEach(() => {
    tables = plane.successor(CLAUSES);
  });
  afterAll(() => plane.close());
  const use = (policies: string, by = tables) => plane.use(policies, undefined, by);
  const path = from('10.8.1.5').to('192.0.2.1');

  it('finds the rules in force, and they stay so until it has new ones', async () => {
    await use(both);
    const next = plane.successor(CLAUSES);
    expect(next.generation).toBe(tables.generation);
    expect(plane.fromAgent(tcp(path))).toMatchObject({
      passed: true,
      clause: 'AgentPolicy/alpha#shop',
    });
  });

  it('keeps open flows open', async () => {
    await use(both);
    plane.fromAgent(tcp(path));
    const applied = await use(both, plane.successor(CLAUSES));
    expect(applied.leftover).toBeNull();
    expect(plane.toAgent(tcp(back(path), segments.synAck))).toMatchObject({
      passed: true,
      reason: 'reply',
      clause: 'AgentPolicy/alpha#shop',
    });
    expect(plane.fromAgent(tcp(path, segments.data)).passed).toBe(true);
  });

  it('removes what the one before has left, once its own rules are in force', async () => {
    await use(alpha);
    const count = () =>
      [plane.maps.sp_prefixes, plane.maps.sp_blocks].map((m) => [...m.keys()].length);
    const alone = count();
    await use(both);
    await use(alpha, plane.successor(CLAUSES));
    expect(count()).toEqual(alone);
  });

  it('does not find agents of long ago', async () => {
    await use(both);
    await use(alpha);
    const next = plane.successor(CLAUSES);
    await use(alpha, next);
    await use(alpha, next);
    const { MAX_AGENTS } = constants;
    const present = Array.from({ length: 2 * MAX_AGENTS }, (_, i) => plane.maps.sp_agents.get(i));
    expect(present.filter((record) => record && record.flags !== 0)).toHaveLength(2);
  });

  it('has room again, however many came before it', async () => {
    for (let i = 0; i < 3 * CLAUSES; i++) {
      await use(agent('alpha', 1, `c${i}`, '192.0.2.0/25'), plane.successor(CLAUSES));
    }
    expect(plane.fromAgent(tcp(path))).toMatchObject({
      passed: true,
      clause: `AgentPolicy/alpha#c${3 * CLAUSES - 1}`,
    });
  });
});
