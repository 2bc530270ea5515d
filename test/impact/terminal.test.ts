import { describe, expect, it } from 'vitest';
import { impactReport, renderTerminal, reportJson, simulate } from '../../src/impact/index.ts';
import type { RecordedFlow } from '../../src/traffic/index.ts';
import { agent, flow, policies, reachOf, recorded, web } from './policies.ts';

const plain = (text: string) => text;
const paint = { error: plain, warning: plain, notice: plain, strong: plain, faint: plain };

async function reportOf(...flows: RecordedFlow[]) {
  const before = policies({ 'a.yaml': agent({ allow: [web] }) });
  const after = policies({ 'a.yaml': agent({}) });
  const simulation = await simulate(before.ruleSet, after.ruleSet, recorded(...flows));
  return impactReport({ before, after, simulation, reach: reachOf(before, after) });
}

describe('renderTerminal', () => {
  it('says what breaks, where it is written, and what the rules say', async () => {
    const text = renderTerminal(await reportOf(flow({ count: 2 })), paint);
    expect(text.split('\n')[0]).toBe('2 newly denied of 2 recorded flows');
    expect(text).toContain(
      '  breaks: alpha: 2 flows to 192.0.2.1:443/tcp would be denied (allow: AgentPolicy/alpha#web → deny: no-clause) a.yaml:8\n',
    );
    expect(text).toContain('  AgentPolicy/alpha: removed allow web: 192.0.2.0/24 tcp 443\n');
    expect(text).toContain('recorded from 2026-11-23T10:00:00.000Z');
    expect(text.endsWith('\n')).toBe(true);
  });

  it('lets nothing of a recording act on the terminal', async () => {
    const text = renderTerminal(
      await reportOf(flow({ agent: '\u001b[2J\u202eevil\r', src: '10.99.0.1' })),
      paint,
    );
    expect(text).toContain('\\u{1b}[2J\\u{202e}evil\\u{d}');
    expect(text).not.toMatch(/[\u001b\u202e\r]/u);
  });

  it('shows the first of many changes, and how many more there are', async () => {
    const flows = Array.from({ length: 30 }, (_, i) => flow({ dst: `192.0.2.${i}` }));
    const text = renderTerminal(await reportOf(...flows), paint);
    expect(text.match(/^ {2}newly denied /gm)).toHaveLength(20);
    expect(text).toContain('… and 10 more');
  });
});

describe('reportJson', () => {
  it('is plain data, sentences as text', async () => {
    const json = JSON.parse(JSON.stringify(reportJson(await reportOf(flow()))));
    expect(json.headline).toBe('1 newly denied of 1 recorded flow');
    expect(json.attention).toEqual([
      {
        kind: 'breaks',
        text: 'alpha: 1 flow to 192.0.2.1:443/tcp would be denied (allow: AgentPolicy/alpha#web → deny: no-clause)',
        place: { side: 'before', file: 'a.yaml', line: 8 },
      },
    ]);
    expect(json.ruleChanges[0].statements).toEqual([
      {
        clause: 'AgentPolicy/alpha#web',
        weakens: false,
        text: 'removed allow web: 192.0.2.0/24 tcp 443',
      },
    ]);
    expect(json.simulation.counts.newlyDenied).toBe(1);
  });
});
