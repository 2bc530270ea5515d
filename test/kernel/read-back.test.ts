import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { constants } from '../../gateway/layout/index.ts';
import { describeKernel } from './availability.ts';
import { DataPlane } from './data-plane.ts';
import { from, tcp } from './packets.ts';

const policies = (to = '192.0.2.0/25') => `apiVersion: sallyport.dev/v1
kind: Guardrail
metadata: {name: inside, version: 1.0.0}
spec: {trusted: [10.20.0.0/16], deny: [{id: no-vault, to: {cidr: 192.0.2.66/32}}]}
---
apiVersion: sallyport.dev/v1
kind: AgentPolicy
metadata: {name: alpha, version: 1.0.0}
spec:
  workloads: {cidrs: [10.8.1.0/24]}
  windows: {office: {days: [mon, tue], from: "08:00", to: "18:00", timezone: Europe/Berlin}}
  dns: {resolvers: [10.8.0.53]}
  allow:
    - {id: web, to: {cidr: ${to}}, protocol: tcp, ports: [443]}
    - {id: hours, to: {cidr: 198.51.100.0/24}, protocol: tcp, ports: [443], during: office}
    - {id: site, to: {host: "**.example.com"}, protocol: tcp, ports: [443], expires: 2099-01-01}
---
apiVersion: sallyport.dev/v1
kind: AgentPolicy
metadata: {name: beta, version: 1.0.0}
spec:
  workloads: {cidrs: [10.8.2.0/24]}
  allow: [{id: mate, to: {agent: alpha}, protocol: tcp, ports: [80]}]
`;
const goOn = async () => true;
/** The list of number 1, whatever that says. */
const foreign = { list: 1, count: 0, candidates: [] };

describeKernel('what the maps hold is read back', () => {
  let plane: DataPlane;
  beforeAll(async () => {
    plane = new DataPlane();
    await plane.use(policies());
  });
  afterEach(async () => {
    (await plane.tables.readBack(goOn))?.restore();
    await plane.tables.renew();
  });
  afterAll(() => plane.close());
  const changes = async () => (await plane.tables.readBack(goOn))?.changes;
  const first = <K>(keys: Iterable<K>): K => [...keys][0] as K;
  const vault = () => plane.fromAgent(tcp(from('10.8.1.5').to('192.0.2.66')));

  it('and is what was written, also after changes of rules and another process', async () => {
    const own = new DataPlane();
    try {
      await own.use(policies());
      const before = await own.tables.readBack(goOn);
      expect(before?.changes).toEqual([]);
      expect(before?.entries).toBeGreaterThan(constants.MAX_AGENTS);
      await own.use(policies('203.0.113.0/24'));
      expect((await own.tables.readBack(goOn))?.changes).toEqual([]);
      const next = own.successor();
      expect(await next.readBack(goOn)).toBeUndefined();
      await own.use(policies(), undefined, next);
      expect((await next.readBack(goOn))?.changes).toEqual([]);
    } finally {
      own.close();
    }
  });

  const maps = () => plane.maps;
  const slot = () => Number(plane.tables.generation & 1n);
  it.each<[string, () => void, string, string]>([
    [
      'a deny taken away',
      () => maps().sp_prefixes.delete(first(maps().sp_prefixes.keys())),
      'sp_prefixes',
      'removed',
    ],
    [
      'a hole',
      () => maps().sp_prefixes.set({ ruleset: 1, length: 96, addr: [0n, 0xffff0000n] }, foreign),
      'sp_prefixes',
      'added',
    ],
    [
      'the ports of a clause that stands with its addresses',
      () => {
        const [key, listed] =
          [...maps().sp_prefixes.entries()].find(([, { candidates }]) => candidates[0]?.clause) ??
          [];
        const candidates = listed?.candidates.map((one) => ({ ...one, port_high: 65534 }));
        if (key && listed && candidates) maps().sp_prefixes.set(key, { ...listed, candidates });
      },
      'sp_prefixes',
      'changed',
    ],
    [
      'other ports',
      () => {
        const [key, block] = first(maps().sp_blocks.entries());
        maps().sp_blocks.set(key, { ...block, count: 0 });
      },
      'sp_blocks',
      'changed',
    ],
    [
      'an agent in audit',
      () => {
        const key = slot() * constants.MAX_AGENTS + plane.agentNumber('alpha');
        const agent = maps().sp_agents.get(key);
        if (agent)
          maps().sp_agents.set(key, { ...agent, flags: agent.flags | constants.AGENT_AUDIT });
      },
      'sp_agents',
      'changed',
    ],
    [
      'an address given to an agent',
      () => {
        const [key, source] =
          [...maps().sp_sources.entries()].find(
            ([key, { kind }]) => key.slot === slot() && kind === constants.SOURCE_AGENT,
          ) ?? [];
        if (key && source) maps().sp_sources.set({ ...key, prefix_length: 192 - 1 }, source);
      },
      'sp_sources',
      'added',
    ],
    [
      'a default',
      () => {
        const ruleset = maps().sp_rulesets.get(1);
        if (ruleset) maps().sp_rulesets.set(1, { ...ruleset, default_list: [foreign] });
      },
      'sp_rulesets',
      'changed',
    ],
    [
      'a name',
      () => maps().sp_suffixes.delete(first(maps().sp_suffixes.keys())),
      'sp_suffixes',
      'removed',
    ],
    [
      'an expiry',
      () => {
        const condition = maps().sp_conditions.get(2);
        if (condition)
          maps().sp_conditions.set(2, { ...condition, expires: condition.expires + 1n, window: 0 });
      },
      'sp_conditions',
      'changed',
    ],
    [
      'a window',
      () => {
        const window = maps().sp_windows.get(1);
        if (window)
          maps().sp_windows.set(1, {
            ...window,
            halves: window.halves.map((half) => ({ ...half, open: 1 - half.open })),
          });
      },
      'sp_windows',
      'changed',
    ],
    ['trust', () => maps().sp_trust.delete(first(maps().sp_trust.keys())), 'sp_trust', 'removed'],
    [
      'whom agents may reach',
      () => maps().sp_peers.delete(first(maps().sp_peers.keys())),
      'sp_peers',
      'removed',
    ],
    [
      'the text of a clause',
      () => maps().sp_clauses.set(1, { text: new Uint8Array(144), length: 0 }),
      'sp_clauses',
      'changed',
    ],
    [
      'the generation',
      () => {
        const state = maps().sp_state.get(0);
        if (state) maps().sp_state.set(0, { ...state, generation: state.generation + 1n });
      },
      'sp_state',
      'changed',
    ],
  ])(
    'and a foreign change is found, named and repaired: %s',
    async (_title, spoil, map, change) => {
      const passed = vault().passed;
      spoil();
      const found = await plane.tables.readBack(goOn);
      expect(found?.changes).toMatchObject([{ map, change }]);
      found?.restore();
      await plane.tables.renew();
      expect(await changes()).toEqual([]);
      expect(vault().passed).toBe(passed);
    },
  );

  it('and names a key as people do', async () => {
    plane.maps.sp_prefixes.set(
      { ruleset: 1, length: 120, addr: [0n, 0x007100cbffff0000n] },
      foreign,
    );
    expect(await changes()).toEqual([
      { map: 'sp_prefixes', change: 'added', key: 'ruleset 1, length 120, addr 203.0.113.0' },
    ]);
  });

  it('and a flow that a foreign change let through ends with the repair', async () => {
    const path = from('10.8.1.5', 50000).to('203.0.113.1');
    expect(plane.fromAgent(tcp(path)).passed).toBe(false);
    const [allowing] = [...plane.maps.sp_prefixes.entries()].filter(
      ([{ length }]) => length === 121,
    );
    plane.maps.sp_prefixes.set(
      { ...(allowing?.[0] ?? { ruleset: 1, length: 121 }), addr: [0n, 0x007100cbffff0000n] },
      allowing?.[1] ?? foreign,
    );
    expect(plane.fromAgent(tcp(path)).passed).toBe(true);
    (await plane.tables.readBack(goOn))?.restore();
    await plane.tables.renew();
    expect(plane.fromAgent(tcp(path, 0x18)).passed).toBe(false);
  });

  it('unless somebody waits', async () => {
    expect(await plane.tables.readBack(async () => false)).toBeUndefined();
  });
});
