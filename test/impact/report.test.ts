import { describe, expect, it } from 'vitest';
import { type ImpactReport, impactReport, simulate } from '../../src/impact/index.ts';
import type { RecordedFlow } from '../../src/traffic/index.ts';
import { agent, flow, guardrail, policies, reachOf, recorded, web } from './policies.ts';

type Files = Readonly<Record<string, string>>;

async function report(
  before: Files,
  after: Files,
  ...flows: RecordedFlow[]
): Promise<ImpactReport> {
  const [old, now] = [policies(before), policies(after)];
  const simulation = await simulate(old.ruleSet, now.ruleSet, recorded(...flows));
  return impactReport({ before: old, after: now, simulation, reach: reachOf(old, now) });
}

const text = (parts: ImpactReport['attention'][number]['phrase']) =>
  parts.map((part) => (typeof part === 'string' ? part : part.value)).join('');
const attention = ({ attention }: ImpactReport) =>
  attention.map(({ kind, phrase, place }) => ({ kind, text: text(phrase), place }));
const statements = ({ ruleChanges }: ImpactReport) =>
  ruleChanges.flatMap(({ document, statements }) =>
    statements.map(({ phrase }) => `${document}: ${text(phrase)}`),
  );

describe('impactReport', () => {
  const alpha = agent({ allow: [web] });

  it('has no impact where only words change', async () => {
    const same = await report(
      { 'a.yaml': alpha },
      { 'b.yaml': `# moved\n${alpha.replace('1.0.0', '1.0.1')}` },
      flow(),
    );
    expect(same.hasImpact).toBe(false);
    expect(same.headline).toEqual({ level: 'none', text: 'No decision changes' });
    expect(same.attention).toEqual([]);
    expect(same.fileDiffs.map(({ path, change }) => [path, change])).toEqual([
      ['a.yaml', 'removed'],
      ['b.yaml', 'added'],
    ]);
  });

  it('has impact where rules change, though no recorded flow does', async () => {
    const after = agent({ allow: [web, 'id: new, to: {cidr: 198.51.100.0/24}'] });
    const quiet = await report({ 'a.yaml': alpha }, { 'a.yaml': after }, flow());
    expect(quiet.hasImpact).toBe(true);
    expect(quiet.headline).toEqual({
      level: 'quiet',
      text: 'Rules change; none of 1 recorded flow does',
    });
    const empty = await report({ 'a.yaml': alpha }, { 'a.yaml': after });
    expect(empty.headline.text).toBe('Rules change; there is no recorded traffic to compare');
  });

  it('says in its heading what is cut off, and what opens', async () => {
    const after = agent({
      allow: ['id: ssh, to: {cidr: 192.0.2.0/24}, protocol: tcp, ports: [22]'],
    });
    const { headline } = await report(
      { 'a.yaml': alpha },
      { 'a.yaml': after },
      flow({ count: 1200 }),
      flow({ port: 22 }),
    );
    expect(headline).toEqual({
      level: 'breaks',
      text: '1,200 newly denied, 1 newly allowed of 1,201 recorded flows',
    });
  });

  it('points at the clause that cuts off, at the one that is gone, or at the policy', async () => {
    const denied = agent({ allow: [web], deny: ['id: stop, to: {cidr: 192.0.2.1/32}'] });
    expect(attention(await report({ 'a.yaml': alpha }, { 'a.yaml': denied }, flow()))).toEqual([
      {
        kind: 'breaks',
        text: 'alpha: 1 flow to 192.0.2.1:443/tcp would be denied (allow: AgentPolicy/alpha#web → deny: AgentPolicy/alpha#stop)',
        place: { side: 'after', file: 'a.yaml', line: 10 },
      },
    ]);
    const [gone] = attention(await report({ 'a.yaml': alpha }, { 'a.yaml': agent({}) }, flow()));
    expect(gone?.place).toEqual({ side: 'before', file: 'a.yaml', line: 8 });
  });

  it('calls attention to protection that is taken away, with traffic or without', async () => {
    const before = {
      'a.yaml': alpha,
      'g.yaml': guardrail('baseline', [
        'id: never, to: {cidr: 203.0.113.1/32}',
        'id: nor, to: {cidr: 203.0.113.2/32}',
      ]),
    };
    const after = {
      'a.yaml': agent({ mode: 'audit', allow: [web, 'id: all, to: {any: true}'] }),
      'g.yaml': guardrail('baseline', ['id: never, to: {cidr: 203.0.113.1/32}']),
    };
    const weakened = attention(await report(before, after)).filter(
      ({ kind }) => kind === 'weakens',
    );
    expect(weakened.map((item) => item.text)).toEqual([
      'AgentPolicy/alpha: mode: enforce → audit',
      'AgentPolicy/alpha: new allow all: any destination any protocol',
      'Guardrail/baseline: removed deny nor: 203.0.113.2/32 any protocol',
    ]);
    expect(weakened.map(({ place }) => place)).toEqual([
      { side: 'after', file: 'a.yaml', line: 1 },
      { side: 'after', file: 'a.yaml', line: 10 },
      { side: 'before', file: 'g.yaml', line: 7 },
    ]);
  });

  it('says what each edit means', async () => {
    const beta = agent({ name: 'beta', cidrs: '10.8.2.0/24', allow: [web] });
    const edited = agent({
      cidrs: '10.8.1.0/25, 10.8.3.0/24',
      allow: ['id: first, to: {any: true}, protocol: icmp', web.replace('[443]', '[443, 8443]')],
    });
    expect(
      statements(await report({ 'a.yaml': alpha }, { 'a.yaml': edited, 'b.yaml': beta })),
    ).toEqual([
      'AgentPolicy/alpha: workloads: −10.8.1.0/24 +10.8.1.0/25 +10.8.3.0/24',
      'AgentPolicy/alpha: allow web: 192.0.2.0/24 tcp 443 → 192.0.2.0/24 tcp 443,8443',
      'AgentPolicy/alpha: new allow first: any destination icmp',
      'AgentPolicy/beta: new',
      'AgentPolicy/beta: new allow web: 192.0.2.0/24 tcp 443',
    ]);
    expect(statements(await report({ 'b.yaml': beta }, { 'a.yaml': alpha }))).toContain(
      'AgentPolicy/beta: removed',
    );
  });

  it('says what is new of the terms of clauses, of ingress, handling and gateway groups', async () => {
    const group = (stage: number) =>
      `apiVersion: sallyport.dev/v1\nkind: GatewayGroup\nmetadata: {name: eu, version: 1.0.0}\nspec: {stage: ${stage}}\n`;
    const budgets = '  budgets: {b: {bytes: 1GB, per: day}}\n  workloads';
    const fields = `  onDeny: reject\n  identity: {spiffe: "spiffe://corp/a"}\n${budgets}`;
    const timed = `${web}, expires: 2027-03-31, onBehalfOf: [group:clerks], budget: b`;
    const after = agent({ allow: [timed] })
      .replace('  workloads', fields)
      .replace('dns: {', 'dns: {maxNameLength: 100, ')
      .concat('  ingress:\n    allow:\n      - {id: near, from: {agent: alpha}, protocol: icmp}\n');
    const changed = await report(
      { 'a.yaml': agent({ allow: [web] }).replace('  workloads', budgets), 'g.yaml': group(0) },
      { 'a.yaml': after, 'g.yaml': group(1) },
    );
    expect(statements(changed)).toEqual([
      'AgentPolicy/alpha: onDeny: drop → reject',
      'AgentPolicy/alpha: identity: none → spiffe=spiffe://corp/a',
      'AgentPolicy/alpha: dns: onDeny=nxdomain → maxNameLength=100 onDeny=nxdomain',
      'AgentPolicy/alpha: allow web: 192.0.2.0/24 tcp 443 → 192.0.2.0/24 tcp 443, through 2027-03-31, on behalf of group:clerks, budget b (1 GB per day)',
      'AgentPolicy/alpha: new ingress near: from agent alpha, icmp',
      'GatewayGroup/eu: stage: 0 → 1',
    ]);
  });

  it('has impact where a flow is decided alike and handled otherwise', async () => {
    const { hasImpact, reach } = await report(
      { 'a.yaml': alpha },
      { 'a.yaml': alpha.replace('  workloads', '  onDeny: reject\n  workloads') },
    );
    expect(hasImpact).toBe(true);
    expect(reach).toMatchObject({ diff: { verdict: 'equivalent', agents: [{ agent: 'alpha' }] } });
  });

  it('notices that clauses which overlap changed places', async () => {
    const narrow = 'id: narrow, to: {cidr: 192.0.2.0/28}, protocol: tcp, ports: [443]';
    const changed = await report(
      { 'a.yaml': agent({ allow: [web, narrow] }) },
      { 'a.yaml': agent({ allow: [narrow, web] }) },
      flow(),
    );
    expect(statements(changed)).toEqual(['AgentPolicy/alpha: order of allow clauses changed']);
    expect(changed.simulation).toMatchObject({ otherClause: 1, counts: { unchanged: 1 } });
  });

  it('shows the lines of the files that differ', async () => {
    const after = alpha.replace('[443]', '[80, 443]');
    const { fileDiffs } = await report({ 'a.yaml': alpha }, { 'a.yaml': after });
    expect(fileDiffs).toHaveLength(1);
    expect(fileDiffs[0]?.lines?.filter((line) => /^[-+]/.test(line))).toEqual([
      '-    - {id: web, to: {cidr: 192.0.2.0/24}, protocol: tcp, ports: [443]}',
      '+    - {id: web, to: {cidr: 192.0.2.0/24}, protocol: tcp, ports: [80, 443]}',
    ]);
  });

  it('does not work itself to death over files that have nothing in common', async () => {
    const lines = (word: string) =>
      Array.from({ length: 40_000 }, (_, i) => `# ${word} ${i}`).join('\n');
    const started = performance.now();
    const { fileDiffs } = await report(
      { 'a.yaml': `${alpha}${lines('old')}\n` },
      { 'a.yaml': `${alpha}${lines('new')}\n` },
    );
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(fileDiffs[0]?.lines).toBeNull();
  });

  it('mentions flows of agents that nobody knows', async () => {
    const stranger = flow({ agent: 'stranger', src: '10.99.0.1', count: 2 });
    const [item] = attention(await report({ 'a.yaml': alpha }, { 'a.yaml': agent({}) }, stranger));
    expect(item).toEqual({
      kind: 'unsure',
      text: '2 flows left out, for no policy knows the agent: stranger',
      place: null,
    });
  });
});
