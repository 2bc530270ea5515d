import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { constants } from '../../gateway/layout/index.ts';
import type { AgentTables } from '../../gateway/lower/index.ts';
import { TableFullError } from '../../gateway/tables/index.ts';
import { hostCidr } from '../../src/policy/index.ts';
import { describeKernel } from './availability.ts';
import { DataPlane } from './data-plane.ts';
import { from, segments, tcp } from './packets.ts';

const agent = (name: string, cidrs: string, clauses: string) => `apiVersion: sallyport.dev/v1
kind: AgentPolicy
metadata: {name: ${name}, version: 1.0.0}
spec:
  workloads: {cidrs: [${cidrs}]}
  dns: {resolvers: [10.8.0.53]}
  allow: [${clauses}]
`;
const trust = (cidrs: string) => `apiVersion: sallyport.dev/v1
kind: Guardrail
metadata: {name: inside, version: 1.0.0}
spec: {trusted: [${cidrs}]}
`;
const web = (id: string, to: string) => `{id: ${id}, to: {${to}}, protocol: tcp, ports: [443]}`;
const alpha = (...clauses: string[]) => agent('alpha', '10.8.1.0/24', clauses.join(', '));
const beta = (...clauses: string[]) => agent('beta', '10.8.2.0/24', clauses.join(', '));
const all = (...documents: string[]) => documents.join('---\n');

const shop = web('shop', 'cidr: 192.0.2.0/25');
const bank = web('bank', 'cidr: 198.51.100.0/24');
const hosts = web('hosts', 'host: "*.example.com"');
const CLAUSES = 8;

describeKernel('rules in the maps', () => {
  let plane: DataPlane;
  let port = 40000;
  const sends = (dst: string, src = '10.8.1.5') => plane.fromAgent(tcp(from(src, ++port).to(dst)));
  const generation = () => plane.maps.sp_state.get(0)?.generation;
  /** How many entries of rules there are, map by map. */
  const entries = () => {
    const { sp_prefixes, sp_suffixes, sp_blocks, sp_trust } = plane.maps;
    const count = (keys: Iterable<unknown>) => [...keys].length;
    return {
      prefixes: count(sp_prefixes.keys()),
      suffixes: count(sp_suffixes.keys()),
      blocks: count(sp_blocks.keys()),
      trust: count(sp_trust.keys()),
    };
  };

  beforeAll(() => {
    plane = new DataPlane({}, CLAUSES);
  });
  afterAll(() => plane.close());

  describe('change', () => {
    it('all at once, by one number that each packet reads once', async () => {
      for (let i = 0; i < 4; i++) {
        const before = generation() ?? 0n;
        const { generation: after } = await plane.use(alpha(i % 2 === 0 ? shop : bank));
        expect(after).toBe(before + 1n);
        expect(generation()).toBe(after);
        expect(sends('192.0.2.1').passed).toBe(i % 2 === 0);
        expect(sends('198.51.100.1').passed).toBe(i % 2 === 1);
      }
    });

    it('and write only what differs: agents with equal rules share them', async () => {
      expect(await plane.use(all(alpha(shop), alphaTwin(shop)))).toMatchObject({ rulesets: 2 });
      const first = await plane.use(all(alpha(shop), beta(bank)));
      expect(first.rulesets).toBe(2);
      expect(await plane.use(all(alpha(shop), beta(bank)))).toMatchObject({
        written: 0,
        rulesets: 2,
      });
      const second = await plane.use(all(alpha(shop), beta(bank, hosts)));
      expect(second).toMatchObject({ written: 1, rulesets: 2, leftover: null });
    });

    it('and leave nothing of the rules before', async () => {
      await plane.use(alpha(shop));
      const before = entries();
      const rich = all(
        alpha(shop, bank, hosts),
        beta(shop, hosts),
        trust('10.20.0.0/16, "fd00:20::/32"'),
      );
      await plane.use(rich);
      const among = entries();
      for (const map of ['prefixes', 'suffixes', 'blocks', 'trust'] as const) {
        expect(among[map], map).toBeGreaterThan(before[map]);
      }
      await plane.use(alpha(shop));
      expect(entries()).toEqual(before);
    });

    it('and can do so for ever', async () => {
      // Far more clauses than there is room for, one after the other.
      for (let i = 0; i < 5 * CLAUSES; i++)
        await plane.use(alpha(web(`c${i}`, 'cidr: 192.0.2.0/25')));
      expect(sends('192.0.2.1')).toMatchObject({
        passed: true,
        clause: `AgentPolicy/alpha#c${5 * CLAUSES - 1}`,
      });
    });
  });

  describe('that cannot be held', () => {
    const tooMany = alpha(
      ...Array.from({ length: CLAUSES }, (_, i) => web(`c${i}`, `cidr: 203.0.113.${i}/32`)),
    );

    beforeEach(() => plane.use(all(alpha(shop), beta(shop))));

    it('leave those before in force: more clauses than there are numbers', async () => {
      const before = { generation: generation(), ...entries() };
      await expect(plane.use(all(beta(bank), tooMany))).rejects.toThrow(TableFullError);
      expect({ generation: generation(), ...entries() }).toEqual(before);
      expect(sends('192.0.2.1').clause).toBe('AgentPolicy/alpha#shop');
      expect(sends('203.0.113.1').passed).toBe(false);
      expect(sends('198.51.100.1', '10.8.2.5').passed).toBe(false);
    });

    it('leave those before in force: more port ranges for one destination than are walked', async () => {
      const ports = Array.from({ length: 1100 }, (_, i) => 1000 + 2 * i).join(', ');
      const before = { generation: generation(), ...entries() };
      const wide = `{id: wide, to: {any: true}, protocol: tcp, ports: [${ports}]}`;
      await expect(plane.use(alpha(wide))).rejects.toThrow('at most 1024');
      expect({ generation: generation(), ...entries() }).toEqual(before);
    });

    it('do not stand in the way of the next', async () => {
      await expect(plane.use(tooMany)).rejects.toThrow();
      await plane.use(alpha(bank));
      expect(sends('198.51.100.1').passed).toBe(true);
    });
  });

  it('are not written over those that a packet may still read: a wait that failed is made up for', async () => {
    const own = new DataPlane({}, CLAUSES);
    try {
      await own.use(alpha(shop));
      const { sp_grace } = own.maps;
      const wait = vi.spyOn(sp_grace, 'replaceInner').mockRejectedValueOnce(new Error('no memory'));
      expect(await own.use(alpha(bank))).toMatchObject({ generation: 2n, leftover: 'no memory' });
      wait.mockRejectedValueOnce(new Error('no memory'));
      const before = [...own.maps.sp_sources.entries()];
      await expect(own.use(alpha(hosts))).rejects.toThrow('no memory');
      expect([...own.maps.sp_sources.entries()]).toEqual(before);
      expect(await own.use(alpha(hosts))).toMatchObject({ generation: 3n, leftover: null });
    } finally {
      own.close();
    }
  });

  it('of as many agents as there can be are all changed at once', async () => {
    const own = new DataPlane({}, CLAUSES);
    const agents = Array.from({ length: constants.MAX_AGENTS - 1 }, (_, i) => ({
      name: `a${i}`,
      version: '1.0.0',
      audit: false,
      isRemote: false,
      budgets: [],
      sources: [],
      isOpen: false,
      rejects: false,
      dnsOnDeny: 'nxdomain' as const,
      questionsPerMinute: {
        guardrails: Number.POSITIVE_INFINITY,
        policy: Number.POSITIVE_INFINITY,
      },
      principals: [],
      ingress: null,
    }));
    const rules = (i: number, deny: boolean): AgentTables => ({
      prefixes: [],
      peers: [],
      suffixes: [],
      otherwise: [],
      namedDenies: [],
      otherNames: [{ until: null, flags: deny ? 1 : 0, clause: null, noted: null }],
      longestName: { guardrails: Number.POSITIVE_INFINITY, policy: Number.POSITIVE_INFINITY },
      trusted: [hostCidr({ family: 4, value: BigInt(i) })],
    });
    try {
      for (const deny of [false, true]) {
        const lowered = agents.map((agent, i) => ({
          ...agent,
          rules: { key: `${i} ${deny}`, agents: [], tables: () => rules(i, deny) },
        }));
        const applied = await own.tables.apply({ agents: lowered, routes: [] }, []);
        expect(applied).toMatchObject({ written: agents.length, leftover: null });
      }
    } finally {
      own.close();
    }
  }, 60_000);

  it('that a full map refuses leave those before in force', async () => {
    const small = new DataPlane({ sp_prefixes: 12 });
    try {
      await small.use(alpha(shop));
      const before = [...small.maps.sp_prefixes.keys()].length;
      const many = Array.from({ length: 20 }, (_, i) => web(`c${i}`, `cidr: 203.0.113.${i}/32`));
      await expect(small.use(alpha(...many))).rejects.toThrow('sp_prefixes');
      expect([...small.maps.sp_prefixes.keys()]).toHaveLength(before);
      expect(small.fromAgent(tcp(from('10.8.1.5').to('192.0.2.1'))).passed).toBe(true);
    } finally {
      small.close();
    }
  });

  it('with as many ports as are walked are found to the last one', async () => {
    const ports = Array.from({ length: 1000 }, (_, i) => 1000 + 2 * i);
    await plane.use(alpha(`{id: wide, to: {any: true}, protocol: tcp, ports: [${ports}]}`));
    const to = (dstPort: number) =>
      plane.fromAgent(tcp({ ...from('10.8.1.5', ++port).to('192.0.2.1'), dstPort }, segments.syn));
    expect(to(1000).passed).toBe(true);
    expect(to(2998).passed).toBe(true);
    expect(to(2999).passed).toBe(false);
  });
});

function alphaTwin(...clauses: string[]): string {
  return agent('twin', '10.8.3.0/24', clauses.join(', '));
}
