import { describe, expect, test } from 'vitest';
import {
  type ReachReport,
  reachReport,
  renderReachMarkdown,
} from '../../src/reach/report/index.ts';
import { nodesOf } from '../impact/markdown-nodes.ts';
import { policies } from '../impact/policies.ts';
import { bot, from, office, reported } from './reported.ts';

const web = 'id: web, to: {cidr: 192.0.2.0/24}, protocol: tcp, ports: [443]';
const links = {
  line: ({ side, file, line }: { side: string; file: string; line: number }) =>
    `https://github.example/${side}/${file}#L${line}`,
};

test('a table for each agent, with clauses linked to their lines on either side', () => {
  const report = reported(bot([web]), bot([`${web}, during: office`], ['windows:', `  ${office}`]));
  expect(renderReachMarkdown(report, { links })).toBe(
    `## ⚠️ Reach: narrows: 1 agent reaches less

Compared exactly, from 2026-11-23 until 2027-11-24.

### \`bot\`: narrows

|  | Destination | Traffic | When | Before | After |
| --- | --- | --- | --- | --- | --- |
| ➖ | \`192.0.2.0/24\` | \`tcp 443\` | \`outside mon–fri 08:00–18:00 Europe/Berlin\` | allowed by [\`AgentPolicy/bot#web\`](https://github.example/before/bot.yaml#L8) | denied (no-clause) |

### Versions that must go up

- [\`AgentPolicy/bot\`](https://github.example/after/bot.yaml#L1): \`still 1.0.0, but the edit narrows: a major bump, 2.0.0 or higher\`
`,
  );
});

test('headings are as deep as the text around them wants', () => {
  const text = renderReachMarkdown(reported(bot([web]), bot([`${web}, expires: 2027-01-01`])), {
    level: 4,
  });
  expect(text).toMatch(/^#### ⚠️ Reach/);
  expect(text).toContain('\n##### `bot`: narrows\n');
});

test('a change of no decision', () => {
  const text = renderReachMarkdown(reported(bot([web]), bot([web], ['onDeny: reject'])));
  expect(text).toContain('## ✅ Reach: equivalent: no decision changes; 1 agent handled otherwise');
  expect(text).toContain('- `onDeny: drop → reject`');
});

describe('a budget', () => {
  const clauses = Array.from(
    { length: 150 },
    (_, i) => `id: c${i}, to: {cidr: 10.${i}.0.0/24}, protocol: tcp, ports: [${4000 + i}]`,
  );
  const report = reported(bot([web]), bot([web, ...clauses]));
  const rowsOf = (text: string) => nodesOf(text).filter(({ type }) => type === 'tableRow').length;

  test.each([60_000, 20_000, 5000, 2000, 900, 300, 40])(
    'of %i bytes is kept, and markup is whole',
    (budget) => {
      const text = renderReachMarkdown(report, { budget });
      // The heading is told in any case.
      if (budget > 100) expect(Buffer.byteLength(text)).toBeLessThanOrEqual(budget);
      expect(text).toMatch(/^## 🔓 Reach: widens: 1 agent reaches more\n/);
      const open = text.split('\n').filter((line) => line.startsWith('|') && !line.endsWith('|'));
      expect(open).toEqual([]);
    },
  );

  test('takes more rows the larger it is, counts what it leaves out and says how to see it', () => {
    const [large, small] = [60_000, 2000].map((budget) => renderReachMarkdown(report, { budget }));
    expect(rowsOf(large ?? '')).toBe(101);
    expect(rowsOf(small ?? '')).toBeGreaterThan(1);
    expect(rowsOf(small ?? '')).toBeLessThan(101);
    expect(small).toMatch(/… and \d+ more\./);
    expect(small).toContain('`sallyport diff --all` tells all of it');
  });
});

describe('nothing of a policy or a file name is markup', () => {
  const hostile = [
    '| EVIL |',
    '`EVIL`',
    '<img src=x onerror=EVIL>',
    '@EVIL [EVIL](https://evil.example)',
    '![EVIL](https://evil.example/x.png) **EVIL**',
    '``` `` EVIL \\',
  ];
  const allowed = new Set([
    'root',
    'heading',
    'paragraph',
    'text',
    'inlineCode',
    'table',
    'tableRow',
    'tableCell',
    'list',
    'listItem',
    'link',
  ]);

  test.each(hostile)('%j', (text) => {
    const clause = `${web}, onBehalfOf: [${JSON.stringify(text)}]`;
    const file = `${text.replaceAll('/', '_')}.yaml`;
    const report: ReachReport = reachReport(
      policies({ [file]: bot([clause]) }),
      policies({ [file]: bot([web], ['onDeny: reject']) }),
      { from },
    );
    for (const budget of [60_000, 1500, 700]) {
      const nodes = nodesOf(
        renderReachMarkdown(report, {
          budget,
          links: { line: ({ file: name }) => `https://github.example/${name}` },
        }),
      );
      expect(nodes.filter(({ type }) => !allowed.has(type))).toEqual([]);
      const words = nodes.filter(({ type, value }) => type === 'text' && value?.includes('EVIL'));
      expect(words).toEqual([]);
      const targets = nodes.flatMap(({ url }) => (url === undefined ? [] : [new URL(url).host]));
      expect(targets.every((host) => host === 'github.example')).toBe(true);
    }
  });
});
