import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LoweringError, lower } from '../../gateway/lower/index.ts';
import { describeKernel } from './availability.ts';
import { DataPlane } from './data-plane.ts';
import { from, ip, type Path, segments, tcp } from './packets.ts';
import { rulesOf } from './rules-of.ts';

const policies = (clauses: string) => `apiVersion: sallyport.dev/v1
kind: AgentPolicy
metadata: {name: alpha, version: 1.0.0}
spec:
  workloads: {cidrs: [10.8.1.0/24]}
  ${clauses}
`;
const web = 'to: {cidr: 192.0.2.0/24}, protocol: tcp, ports: [443]';
const forClerks = policies(`allow: [{id: web, ${web}, onBehalfOf: [group:clerks, user:ada]}]`);
const notForBots = policies(`allow: [{id: web, ${web}}]
  deny: [{id: bots, ${web}, onBehalfOf: [service:batch]}]`);

const workload = (host: number, principals?: readonly string[]) => ({
  address: ip(`10.8.1.${host}`),
  agent: 'alpha',
  ...(principals && { principals }),
});
const [CLERK, BOTH, BOT, NOBODY, UNSAID, UNREGISTERED] = [1, 2, 3, 4, 5, 6];
const workloads = [
  workload(CLERK, ['group:clerks']),
  workload(BOTH, ['service:batch', 'user:ada']),
  workload(BOT, ['service:batch']),
  workload(NOBODY, []),
  workload(UNSAID),
];

describeKernel('for whom a workload acts', () => {
  let plane: DataPlane;
  let port = 40000;
  beforeAll(() => {
    plane = new DataPlane();
  });
  afterAll(() => plane.close());

  const use = (text: string, registered = workloads) =>
    plane.use(text, undefined, undefined, registered);
  const begin = (host: number) => from(`10.8.1.${host}`, ++port).to('192.0.2.1');
  const passes = (hosts: readonly number[]) =>
    hosts.filter((host) => plane.fromAgent(tcp(begin(host))).passed);
  const everybody = [CLERK, BOTH, BOT, NOBODY, UNSAID, UNREGISTERED];

  it('lets through whom an allow names, and nobody who is not known', async () => {
    await use(forClerks);
    expect(passes(everybody)).toEqual([CLERK, BOTH]);
  });

  it('stops whom a deny names, and everybody who is not known', async () => {
    await use(notForBots);
    expect(passes(everybody)).toEqual([CLERK, NOBODY]);
  });

  describe('and open flows', () => {
    const sends = (path: Path) => plane.fromAgent(tcp(path, segments.data));

    it('end when the workload acts for others', async () => {
      await use(forClerks);
      const path = begin(CLERK);
      expect(plane.fromAgent(tcp(path)).passed).toBe(true);
      await use(forClerks);
      expect(sends(path).passed).toBe(true);
      await use(forClerks, [workload(CLERK, ['service:batch'])]);
      expect(sends(path)).toMatchObject({ passed: false, reason: 'no-clause' });
    });
  });

  it('is told apart for so many principals as fit into a word', () => {
    const naming = (count: number) => {
      const names = Array.from({ length: count }, (_, i) => `user:${i}`);
      return rulesOf(policies(`allow: [{id: web, ${web}, onBehalfOf: [${names}]}]`));
    };
    expect(lower(naming(64)).agents[0]?.principals).toHaveLength(64);
    expect(() => lower(naming(65))).toThrow(LoweringError);
    expect(() => lower(naming(65))).toThrow('AgentPolicy/alpha');
  });
});
