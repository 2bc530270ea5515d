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
      { numRuns: 60 },
    );
    expect(Math.min(determined, undetermined)).toBeGreaterThan(10);
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
