import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { simulate } from '../../src/impact/index.ts';
import { formatAddress } from '../../src/policy/index.ts';
import { compile, type Flow, packetSource, type RuleSet } from '../../src/rules/index.ts';
import type { RecordedFlow } from '../../src/traffic/index.ts';
import { policySets, ruleSetWithFlows } from '../arbitraries/index.ts';
import { agent, api, flow, policies, recorded, web } from './policies.ts';

const rules = (text: string): RuleSet => policies({ 'a.yaml': text }).ruleSet;

/** The one kind that is not zero. */
async function kindOf(before: RuleSet, after: RuleSet, one: RecordedFlow): Promise<string> {
  const { counts } = await simulate(before, after, recorded(one));
  return Object.entries(counts).find(([, number]) => number > 0)?.[0] ?? 'none';
}

describe('flows whose names were not recorded', () => {
  const unnamed = flow({ dst: '198.51.100.1', names: null });

  it('are undetermined where a host clause comes or goes', async () => {
    const without = rules(agent({ allow: [web] }));
    const within = rules(agent({ allow: [web, api] }));
    expect(await kindOf(without, within, unnamed)).toBe('undetermined');
    expect(await kindOf(within, without, unnamed)).toBe('undetermined');
  });

  it('are unchanged where all host clauses stay', async () => {
    const before = rules(agent({ allow: [api] }));
    const after = rules(agent({ allow: [api, web] }));
    expect(await kindOf(before, after, unnamed)).toBe('unchanged');
  });

  it('are judged where no host clause can concern their port', async () => {
    const before = rules(
      agent({ allow: ['id: ssh, to: {cidr: 198.51.100.0/24}, protocol: tcp, ports: [22]', api] }),
    );
    const after = rules(agent({}));
    expect(await kindOf(before, after, { ...unnamed, port: 22 })).toBe('newlyDenied');
  });

  it('are judged where an address clause decides before any name', async () => {
    const deny = ['id: no, to: {cidr: 198.51.100.0/24}'];
    const before = rules(agent({ deny, allow: [api] }));
    const after = rules(agent({ deny }));
    expect(await kindOf(before, after, unnamed)).toBe('unchanged');
  });

  it('are undetermined where only two names together tell the sides apart', async () => {
    const denied = 'id: no, to: {host: x.example.com}';
    const before = rules(agent({ deny: [denied], allow: [api] }));
    const after = rules(
      agent({ allow: [api, 'id: x, to: {host: y.example.com}, protocol: udp, ports: [1]'] }),
    );
    expect(await kindOf(before, after, unnamed)).toBe('undetermined');
  });

  const names = ['example.com', 'api.example.com', 'x.other.net'].flatMap((name) => [
    name,
    `one.${name}`,
    `two.one.${name}`,
  ]);
  const sets = [[], ...names.flatMap((a) => names.map((b) => [a, b]))];

  it('have the kind that every set of names gives, and are undetermined only where two differ', async () => {
    let determined = 0;
    let undetermined = 0;
    await fc.assert(
      fc.asyncProperty(ruleSetWithFlows(), policySets(), async ({ ruleSet, items }, other) => {
        const after = compile(other);
        for (const item of items) {
          const record = 'type' in item ? undefined : toRecord(ruleSet, item);
          if (!record) continue;
          const kind = await kindOf(ruleSet, after, { ...record, names: null });
          const kinds = new Set<string>();
          for (const some of sets)
            kinds.add(await kindOf(ruleSet, after, { ...record, names: some }));
          expect([...kinds]).toEqual(kind === 'undetermined' ? expect.any(Array) : [kind]);
          expect(kinds.size > 1).toBe(kind === 'undetermined');
          if (kind === 'undetermined') undetermined++;
          else determined++;
        }
      }),
      { numRuns: 20 },
    );
    expect(Math.min(determined, undetermined)).toBeGreaterThan(10);
  });
});

describe('flows of which more was not recorded', () => {
  const tcp = 'id: api, to: {host: api.example.com}, protocol: tcp, ports: [443]';
  const tls = 'id: api, to: {host: api.example.com}, protocol: https';
  const named = flow({ dst: '198.51.100.1', names: ['api.example.com'] });
  const dependsOn = async (before: RuleSet, after: RuleSet, one: RecordedFlow) => {
    const { agents } = await simulate(before, after, recorded(one));
    return agents[0]?.changes.map((change) => change.dependsOn);
  };

  it('hinge on the server name where a clause begins to ask for it', async () => {
    const [before, after] = [rules(agent({ allow: [tcp] })), rules(agent({ allow: [tls] }))];
    expect(await kindOf(before, after, named)).toBe('undetermined');
    expect(await dependsOn(before, after, named)).toEqual(['sni']);
    const show = (sni: string) => kindOf(before, after, { ...named, sni });
    expect(await show('api.example.com')).toBe('unchanged');
    expect(await show('other.example.com')).toBe('newlyDenied');
    expect(await show('')).toBe('newlyDenied');
  });

  it('hinge on the principals where a clause begins to ask for them', async () => {
    const acting = `${web}, onBehalfOf: [group:clerks]`;
    const [before, after] = [rules(agent({ allow: [web] })), rules(agent({ allow: [acting] }))];
    expect(await dependsOn(before, after, flow())).toEqual(['principals']);
    const actFor = (...onBehalfOf: string[]) => kindOf(before, after, flow({ onBehalfOf }));
    expect(await actFor('group:clerks', 'user:ada')).toBe('unchanged');
    expect(await actFor()).toBe('newlyDenied');
  });

  const limited = (size: string, ...deny: string[]) =>
    rules(
      agent({ deny, allow: [`${web}, budget: b`] }).replace(
        '  workloads',
        `  budgets: {b: {bytes: ${size}, per: hour}}\n  workloads`,
      ),
    );

  it('hinge on the budget where one is set or made smaller, not where it stays', async () => {
    const free = rules(agent({ allow: [web] }));
    expect(await dependsOn(free, limited('1GB'), flow())).toEqual(['budget']);
    expect(await dependsOn(limited('2GB'), limited('1GB'), flow())).toEqual(['budget']);
    const other = 'id: no, to: {cidr: 192.0.2.9/32}';
    expect(await kindOf(limited('1GB'), limited('1GB', other), flow())).toBe('unchanged');
  });

  it('are judged by the time at which they were recorded', async () => {
    const hours = '{from: "08:00", to: "18:00", timezone: Europe/Berlin}';
    const after = rules(
      agent({ allow: [`${web}, during: office`] }).replace(
        '  workloads',
        `  windows: {office: ${hours}}\n  workloads`,
      ),
    );
    const { counts } = await simulate(
      rules(agent({ allow: [web] })),
      after,
      recorded(
        flow({ at: '2026-11-23T10:00:00.000Z' }),
        flow({ at: '2026-11-23T18:00:00.000Z' }),
        flow({ at: '2026-07-23T16:30:00.000Z' }),
        flow({ at: '2026-11-23T16:30:00.000Z' }),
      ),
    );
    expect(counts).toMatchObject({ newlyDenied: 2, unchanged: 2 });
  });

  it('come from the agent that the record names where its workloads register', async () => {
    const selector = (text: string) => text.replace('cidrs: [10.8.1.0/24]', 'selector: {app: a}');
    const receiver = agent({ name: 'beta', cidrs: '10.8.2.0/24' }).concat(
      '  ingress:\n    allow:\n      - {id: near, from: {cidr: 10.9.0.0/24}}\n',
    );
    const to = 'id: to, to: {agent: beta}';
    const both = (text: string) => policies({ 'a.yaml': text, 'b.yaml': receiver }).ruleSet;
    const before = both(selector(agent({ allow: [to] })));
    const after = both(selector(agent({})));
    const sent = flow({ src: '10.9.0.7', dst: '10.8.2.1' });
    expect(await kindOf(before, after, sent)).toBe('newlyDenied');
    // Its address is what the receiver's clause asks for.
    expect(await kindOf(after, before, { ...sent, src: '10.9.1.7' })).toBe('unchanged');
  });
});

function toRecord(ruleSet: RuleSet, item: Flow): RecordedFlow | undefined {
  const { dst, protocol, port } = item;
  const src = packetSource(ruleSet, item);
  if (!src) return undefined;
  return flow({
    agent: null,
    src: formatAddress(src),
    dst: formatAddress(dst),
    protocol,
    ...(port === undefined ? {} : { port }),
  });
}
