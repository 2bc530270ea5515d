import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Workload } from '../../gateway/tables/index.ts';
import { waitFor } from '../../lab/net/index.ts';
import { describeKernel } from './availability.ts';
import { DataPlane } from './data-plane.ts';
import { from, ip, type Path, segments, tcp } from './packets.ts';

const web = 'to: {cidr: 192.0.2.0/24}, protocol: tcp, ports: [443]';
const agent = (name: string, workloads: string, clause = web, more = '') =>
  `apiVersion: sallyport.dev/v1
kind: AgentPolicy
metadata: {name: ${name}, version: 1.0.0}
spec:
  workloads: {${workloads}}
  allow: [{id: web, ${clause}}]
  ${more}
`;
const policies = [
  agent('alpha', 'selector: {app: alpha}'),
  agent(
    'beta',
    'selector: {app: beta}',
    'to: {cidr: 198.51.100.0/24}, protocol: tcp, ports: [443]',
  ),
  agent('clerk', 'cidrs: [10.8.3.0/24]', `${web}, onBehalfOf: ["user:ada"]`),
].join('---\n');
const [ALPHA_WEB, BETA_WEB] = ['192.0.2.1', '198.51.100.1'];

const boottime = () => process.hrtime.bigint();
const lasting = (seconds: number) => boottime() + BigInt(Math.round(seconds * 1e9));
const workload = (name: string, address: string, stated: Partial<Workload> = {}): Workload => ({
  address: ip(address),
  agent: name,
  ...stated,
});
const refused = { passed: false, reason: 'unknown-workload' };

describeKernel('workloads that register', () => {
  let plane: DataPlane;
  let port = 40000;
  const begin = (src: string, dst = ALPHA_WEB) => from(src, ++port).to(dst);
  const opens = (path: Path) => plane.fromAgent(tcp(path));
  const goesOn = (path: Path) => plane.fromAgent(tcp(path, segments.data));
  const now = (...workloads: Workload[]) =>
    plane.tables.changeWorkloads(workloads.map((one) => ({ address: one.address, workload: one })));
  const remove = (address: string) =>
    plane.tables.changeWorkloads([{ address: ip(address), workload: null }]);

  beforeAll(() => {
    plane = new DataPlane();
  });
  afterAll(() => plane.close());
  beforeEach(async () => {
    await plane.use(policies);
  });

  it('are governed from that moment, and unknown again from when they go', () => {
    const path = begin('10.8.1.1');
    expect(opens(path)).toMatchObject(refused);
    now(workload('alpha', '10.8.1.1'));
    expect(opens(path).passed).toBe(true);
    expect(opens(begin('10.8.1.1', BETA_WEB)).passed).toBe(false);
    expect(opens(begin('10.8.1.2'))).toMatchObject(refused);
    remove('10.8.1.1');
    expect(goesOn(path)).toMatchObject(refused);
    expect(opens(begin('10.8.1.1'))).toMatchObject(refused);
  });

  it('are still there when rules change, and in the rules after those', async () => {
    const registered = [workload('alpha', '10.8.1.1')];
    now(...registered);
    const path = begin('10.8.1.1');
    expect(opens(path).passed).toBe(true);
    for (let i = 0; i < 3; i++) {
      await plane.use(policies, undefined, undefined, registered);
      expect(goesOn(path).passed).toBe(true);
    }
    await plane.use(policies);
    expect(goesOn(path)).toMatchObject(refused);
  });

  describe('for a time', () => {
    const ended = (probe: () => { passed: boolean }) =>
      waitFor('the end of the lease', () => !probe().passed, { deadline: 5000, every: 5 });

    it('are unknown when it is over, and their flows end, though no process lives', async () => {
      now(workload('alpha', '10.8.1.1', { lease: lasting(0.15) }));
      const path = begin('10.8.1.1');
      expect(opens(path).passed).toBe(true);
      expect(goesOn(path).passed).toBe(true);
      await ended(() => opens(begin('10.8.1.1')));
      expect(goesOn(path)).toMatchObject(refused);
      expect(opens(begin('10.8.1.1'))).toMatchObject(refused);
    });

    it('keep their flows when it is made longer', async () => {
      const lease = lasting(0.15);
      now(workload('alpha', '10.8.1.1', { lease }), workload('alpha', '10.8.1.2', { lease }));
      const path = begin('10.8.1.1');
      expect(opens(path).passed).toBe(true);
      const { generation } = plane.tables;
      plane.tables.prolongLeases([ip('10.8.1.1')], lasting(3600));
      expect(plane.tables.generation).toBe(generation);
      await ended(() => opens(begin('10.8.1.2')));
      expect(goesOn(path).passed).toBe(true);
    });

    it('are the agent of their address afterwards where a policy names it, for nobody known', async () => {
      const lease = lasting(0.15);
      now(workload('clerk', '10.8.3.1', { lease, principals: ['user:ada'] }));
      const path = begin('10.8.3.1');
      expect(opens(path).passed).toBe(true);
      await ended(() => goesOn(path));
      expect(opens(begin('10.8.3.1'))).toMatchObject({ passed: false, reason: 'no-clause' });
    });

    it('can be prolonged by the next process before it has rules', async () => {
      now(workload('alpha', '10.8.1.1', { lease: lasting(0.15) }));
      now(workload('alpha', '10.8.1.2', { lease: lasting(0.15) }));
      plane.successor().prolongLeases([ip('10.8.1.1')], lasting(3600));
      await ended(() => opens(begin('10.8.1.2')));
      expect(opens(begin('10.8.1.1')).passed).toBe(true);
    });
  });

  it('lose open flows at once when they act for others', () => {
    now(workload('clerk', '10.8.3.1', { principals: ['user:ada'] }));
    const path = begin('10.8.3.1');
    expect(opens(path).passed).toBe(true);
    now(workload('clerk', '10.8.3.1', { principals: [] }));
    expect(goesOn(path)).toMatchObject({ passed: false, reason: 'no-clause' });
    now(workload('clerk', '10.8.3.1', { principals: ['user:ada'] }));
    expect(opens(path).passed).toBe(true);
    remove('10.8.3.1');
    expect(goesOn(path)).toMatchObject({ passed: false, reason: 'no-clause' });
  });

  it('never pass on flows with an address that goes to another agent', () => {
    now(workload('alpha', '10.8.1.1'));
    const path = begin('10.8.1.1');
    expect(opens(path).passed).toBe(true);
    const seen: { old: boolean; fresh: boolean }[] = [];
    const look = () =>
      seen.push({
        old: goesOn(path).passed,
        fresh: opens(begin('10.8.1.1', BETA_WEB)).passed,
      });
    const { sp_sources } = plane.maps;
    const [set, remove] = [sp_sources.set.bind(sp_sources), sp_sources.delete.bind(sp_sources)];
    const spies = [
      vi.spyOn(sp_sources, 'set').mockImplementation((key, value) => {
        set(key, value);
        look();
      }),
      vi.spyOn(sp_sources, 'delete').mockImplementation((key) => {
        const found = remove(key);
        look();
        return found;
      }),
    ];
    look();
    now(workload('beta', '10.8.1.1'));
    for (const spy of spies) spy.mockRestore();
    expect(seen.at(0)).toEqual({ old: true, fresh: false });
    expect(seen.at(-1)).toEqual({ old: false, fresh: true });
    expect(seen.filter(({ old, fresh }) => old && fresh)).toEqual([]);
    expect(goesOn(path).passed).toBe(false);
  });

  it('are no agent where the policies do not say so', () => {
    now(
      workload('clerk', '10.8.1.1'),
      workload('alpha', '10.8.3.1'),
      workload('nobody', '10.8.1.2'),
    );
    expect(opens(begin('10.8.1.1'))).toMatchObject(refused);
    expect(opens(begin('10.8.1.2'))).toMatchObject(refused);
    expect(opens(begin('10.8.3.1'))).toMatchObject({ passed: false, reason: 'no-clause' });
  });

  it('reach an agent by its ingress only while both are registered', async () => {
    const both = [
      agent('alpha', 'selector: {app: alpha}', 'to: {agent: beta}, protocol: tcp, ports: [443]'),
      agent(
        'beta',
        'selector: {app: beta}',
        web,
        'ingress: {allow: [{id: in, from: {agent: alpha}, protocol: tcp, ports: [443]}]}',
      ),
    ].join('---\n');
    await plane.use(both);
    now(workload('alpha', '10.8.1.1'));
    expect(opens(begin('10.8.1.1', '10.8.2.1')).passed).toBe(false);
    now(workload('beta', '10.8.2.1'));
    const path = begin('10.8.1.1', '10.8.2.1');
    expect(opens(path).passed).toBe(true);
    remove('10.8.2.1');
    expect(goesOn(path).passed).toBe(false);
  });
});

describeKernel('more workloads than the table holds', () => {
  it('are refused, and those before stay as they were', async () => {
    const plane = new DataPlane({ sp_sources: 16 });
    try {
      await plane.use(policies);
      const add = (host: number) =>
        plane.tables.changeWorkloads([
          { address: ip(`10.8.1.${host}`), workload: workload('alpha', `10.8.1.${host}`) },
        ]);
      let host = 0;
      expect(() => {
        while (host < 16) add(++host);
      }).toThrow();
      const passes = (one: number) =>
        plane.fromAgent(tcp(from(`10.8.1.${one}`, 41000 + one).to(ALPHA_WEB))).passed;
      expect(host).toBeGreaterThan(1);
      expect(passes(host - 1)).toBe(true);
      expect(passes(host)).toBe(false);
      plane.tables.changeWorkloads([{ address: ip('10.8.1.1'), workload: null }]);
      add(host);
      expect([passes(1), passes(host)]).toEqual([false, true]);
    } finally {
      plane.close();
    }
  });
});
