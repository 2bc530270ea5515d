import { describe, expect, it } from 'vitest';
import {
  type ImpactReport,
  impactReport,
  renderMarkdown,
  simulate,
} from '../../src/impact/index.ts';
import { reachReport } from '../../src/reach/report/index.ts';
import { nodesOf } from './markdown-nodes.ts';
import { agent, flow, policies, recorded, recording, web } from './policies.ts';

const alpha = agent({ allow: [web] });

describe('hostile text in a comment', () => {
  const hostile = [
    '@EVIL/team',
    '#1 EVIL',
    '<img src=x onerror=EVIL>',
    '</details><script>EVIL</script>',
    '<!-- EVIL',
    '| EVIL | EVIL |',
    'EVIL \\| \\',
    '`EVIL`',
    '```EVIL',
    '``` `` ` EVIL @EVIL',
    '\n\n# EVIL\n\n- [ ] EVIL',
    '[EVIL](https://evil.example)',
    '![EVIL](https://evil.example/x.png)',
    'https://evil.example/EVIL www.EVIL.example EVIL@evil.example',
    '[^EVIL]: EVIL',
    '&#64;EVIL &lt;EVIL&gt;',
    '\u202eLIVE\u202c EVIL',
    '\u0000\u001b[31mEVIL\u0007',
    '~~EVIL~~ **EVIL** $EVIL$ :EVIL:',
    '\u200b@EVIL \u2028EVIL',
    ' `EVIL',
    'EVIL` ',
    `${'x'.repeat(300)}EVIL`,
    '\ud83dEVIL',
  ];
  const ours = /^<(?:details><summary>.*<\/summary>|\/details>|\/?sub|br)>?$/s;

  it.each(hostile)('%j stays text', async (text) => {
    const data = await evilReport(text);
    for (const budget of [60_000, 6000, 2500, 1200]) {
      const markdown = renderMarkdown(data, {
        budget,
        folder: text,
        links: { line: () => `https://github.com/${text}` },
      });
      expect(markdown).not.toMatch(
        /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069]/u,
      );
      for (const node of nodesOf(markdown)) {
        if (node.type === 'html') {
          expect(node.value).toMatch(ours);
          expect(node.value?.replace(/<code>[^<]*<\/code>/g, '')).not.toContain('EVIL');
        }
        expect([
          'image',
          'footnoteReference',
          'footnoteDefinition',
          'delete',
          'definition',
        ]).not.toContain(node.type);
        if (node.type === 'link') expect(node.url).toMatch(/^https:\/\/github\.com\//);
        if (node.type === 'text') expect(node.value).not.toMatch(/EVIL|@|https?:|www\./);
      }
    }
  });

  it('keeps tables in shape', async () => {
    for (const text of hostile) {
      const tables = nodesOf(renderMarkdown(await evilReport(text))).filter(
        ({ type }) => type === 'table',
      );
      expect(tables.length).toBeGreaterThan(1);
      for (const { children = [] } of tables) {
        const [first] = children;
        for (const row of children) expect(row.children?.length).toBe(first?.children?.length);
      }
    }
  });
});

/** The same text in every place that somebody else can write to; the parser of policies would refuse most of it. */
async function evilReport(text: string): Promise<ImpactReport> {
  const [old, now] = [policies({ 'a.yaml': alpha }), policies({ 'a.yaml': agent({}) })];
  const [one] = old.policySet.agents;
  if (!one) throw new Error('no agent');
  const evil = {
    ...old.policySet,
    agents: [
      {
        ...one,
        metadata: { ...one.metadata, name: text },
        allow: one.allow.map((clause) => ({
          ...clause,
          id: text,
          position: { file: text, line: 1, column: 1 },
        })),
      },
    ],
  };
  const clause = `AgentPolicy/${text}#${text}`;
  const outcome = { decision: 'allow', reason: 'allowed', clause } as const;
  const simulation = await simulate(old.ruleSet, now.ruleSet, recorded(flow()));
  const [impact] = simulation.agents;
  const [change] = impact?.changes ?? [];
  if (!impact || !change) throw new Error('no change');
  const bad = flow({ agent: text, clause, dst: text, src: text, at: text });
  return impactReport({
    before: { policySet: evil, files: [{ path: text, text: `# ${text}\n` }], commit: text },
    after: {
      policySet: now.policySet,
      files: [{ path: text, text: `## ${text}\n` }],
      commit: text,
    },
    simulation: {
      ...simulation,
      from: text,
      to: text,
      unknownAgents: [{ agent: text, flows: 1 }],
      unknownAgentFlows: 1,
      agents: [
        {
          ...impact,
          agent: text,
          changes: [
            {
              ...change,
              destination: { ...change.destination, host: text },
              before: outcome,
              examples: [bad, bad],
            },
          ],
        },
      ],
    },
    recording: { ...recording, name: text },
    reach: reachReport({ policySet: evil }, now, { from: 0 }),
  });
}
