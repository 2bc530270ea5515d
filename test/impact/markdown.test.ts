import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';
import { describe, expect, it } from 'vitest';
import {
  type ImpactReport,
  impactReport,
  type MarkdownOptions,
  renderMarkdown,
  simulate,
} from '../../src/impact/index.ts';
import type { RecordedFlow } from '../../src/traffic/index.ts';
import { agent, flow, policies, recorded, web } from './policies.ts';

interface Node {
  readonly type: string;
  readonly value?: string;
  readonly url?: string;
  readonly children?: readonly Node[];
}

/** The comment as GitHub's Markdown takes it, flat. */
function nodesOf(markdown: string): Node[] {
  const walk = (node: Node): Node[] => [node, ...(node.children ?? []).flatMap(walk)];
  const tree = fromMarkdown(markdown, {
    extensions: [gfm()],
    mdastExtensions: [gfmFromMarkdown()],
  });
  return walk(tree as Node);
}

const alpha = agent({ allow: [web] });
const recording = {
  name: 'eu-gateways',
  summary: {
    segments: 1,
    flows: 1,
    from: null,
    to: null,
    unreadable: [],
    skipped: { closed: 0, questions: 0, other: 0, malformed: 2, tooLong: 0, torn: 1 },
  },
};

async function report(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
  ...flows: RecordedFlow[]
): Promise<ImpactReport> {
  const [old, now] = [policies(before), policies(after)];
  const simulation = await simulate(old.ruleSet, now.ruleSet, recorded(...flows));
  return impactReport({
    before: { ...old, commit: 'a'.repeat(40) },
    after: { ...now, commit: 'b'.repeat(40) },
    simulation,
    recording,
  });
}

describe('renderMarkdown', () => {
  it('tells the whole story of a change', async () => {
    const after = agent({ allow: [web.replace('192.0.2.0/24', '192.0.2.0/31')] });
    const markdown = renderMarkdown(
      await report(
        { 'a.yaml': alpha },
        { 'a.yaml': after },
        flow({ dst: '192.0.2.9', count: 3 }),
        flow(),
      ),
      {
        links: {
          line: ({ side, file, line }) => `https://github.com/acme/p/blob/${side}/${file}#L${line}`,
          commit: (sha) => `https://github.com/acme/p/commit/${sha}`,
        },
      },
    );
    expect(markdown).toMatch(/^## ⛔ Sallyport: 3 newly denied of 4 recorded flows\n/);
    expect(markdown).toContain(
      '| Agent | Newly allowed | Newly denied | Unchanged | Undetermined |\n' +
        '| --- | --: | --: | --: | --: |\n' +
        '| `alpha` | 0 | **3** | 1 | 0 |\n',
    );
    expect(markdown).toContain(
      '- ⛔ `alpha`: 3 flows to `192.0.2.9:443/tcp` would be denied (`allow: AgentPolicy/alpha#web` → `deny: no-clause`)',
    );
    expect(markdown).toContain('[`a.yaml:8`](https://github.com/acme/p/blob/after/a.yaml#L8)');
    expect(markdown).toContain('+    - {id: web, to: {cidr: 192.0.2.0/31}');
    expect(markdown).toContain('git worktree add ../before aaaaaaaaaaaa\n');
    expect(markdown).toContain(
      `[\`${'b'.repeat(12)}\`](https://github.com/acme/p/commit/${'b'.repeat(40)}) · recording \`eu-gateways\``,
    );
    expect(markdown).toContain('3 lines of the recording unreadable');
  });

  it('has columns for audit only where audit has a say', async () => {
    const audit = agent({ mode: 'audit', allow: [web] });
    const strict = agent({ mode: 'audit' });
    const markdown = renderMarkdown(
      await report({ 'a.yaml': audit }, { 'a.yaml': strict }, flow()),
    );
    expect(markdown).toContain('| Newly reported by audit |');
    expect(markdown).not.toContain('No longer reported |');
  });

  it('draws no link to anything but the web, and none that a file name could bend', async () => {
    const files = { 'a b)](x|`.yaml': alpha };
    const changed = { 'a b)](x|`.yaml': agent({}) };
    const linked = (line: NonNullable<NonNullable<MarkdownOptions['links']>['line']>) =>
      report(files, changed, flow()).then((data) =>
        nodesOf(renderMarkdown(data, { links: { line } })).filter(({ type }) => type === 'link'),
      );
    expect(await linked(() => 'javascript:alert(1)')).toEqual([]);
    expect(await linked(() => 'no url')).toEqual([]);
    const [link, ...others] = await linked(({ file }) => `https://github.com/x/${file}`);
    expect(others).toEqual([]);
    expect(link?.url).toBe('https://github.com/x/a%20b%29%5D%28x%7C%60.yaml');
  });
});

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
  });
}

describe('a comment over budget', () => {
  const many = Array.from({ length: 100 }, (_, i) => i);
  const wide = report(
    Object.fromEntries(
      many.slice(0, 60).map((i) => [
        `${i}.yaml`,
        agent({
          name: `agent-${i}`,
          cidrs: `10.${i}.0.0/16`,
          allow: ['id: all, to: {any: true}'],
        }),
      ]),
    ),
    Object.fromEntries(
      many
        .slice(0, 60)
        .map((i) => [
          `${i}.yaml`,
          agent({ name: `agent-${i}`, cidrs: `10.${i}.0.0/16`, allow: [web] }),
        ]),
    ),
    ...many.flatMap((n) =>
      many
        .slice(0, 60)
        .map((i) =>
          flow({ agent: `agent-${i}`, src: `10.${i}.0.1`, dst: `198.51.${n >> 8}.${n & 255}` }),
        ),
    ),
  );

  it('is shortened until it fits, says so, and stays whole', async () => {
    const data = await wide;
    const sizes = [60_000, 30_000, 10_000, 4000, 1500].map((budget) => {
      const markdown = renderMarkdown(data, { budget });
      const size = Buffer.byteLength(markdown);
      expect(size).toBeLessThanOrEqual(budget);
      expect(markdown).toContain('Shortened to fit');
      const count = (what: string) => markdown.split(what).length;
      expect(count('<details>')).toBe(count('</details>'));
      expect(count('```') % 2).toBe(1);
      expect(markdown).toContain('6,000 newly denied');
      expect(markdown).toMatch(/more agents( with changes)?\./);
      return size;
    });
    expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
    expect(sizes[0]).toBeGreaterThan(20_000);
  });

  it('is at the very least its heading', async () => {
    expect(renderMarkdown(await wide, { budget: 100 })).toBe(
      '## ⛔ Sallyport: 6,000 newly denied of 6,000 recorded flows\n',
    );
  });
});
