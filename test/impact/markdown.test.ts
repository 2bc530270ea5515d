import { describe, expect, it } from 'vitest';
import {
  type ImpactReport,
  impactReport,
  type MarkdownOptions,
  renderMarkdown,
  simulate,
} from '../../src/impact/index.ts';
import type { RecordedFlow } from '../../src/traffic/index.ts';
import { nodesOf } from './markdown-nodes.ts';
import { agent, flow, policies, reachOf, recorded, recording, web } from './policies.ts';

const alpha = agent({ allow: [web] });
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
    reach: reachOf(old, now),
  });
}

describe('renderMarkdown', () => {
  it('tells how far gateways enforce what is written', async () => {
    const coverageOf = async (clauses: readonly string[], deny: readonly string[] = []) => {
      const after = { 'a.yaml': agent({ allow: clauses, deny }) };
      const text = renderMarkdown(await report({ 'a.yaml': alpha }, after));
      return text.split('\n').find((line) => line.startsWith('Coverage'));
    };
    expect(await coverageOf([web, 'id: b, to: {any: true}'])).toBe('Coverage: 2 clauses enforced.');
    expect(
      await coverageOf(
        [web, 'id: b, to: {cidr: 192.0.2.0/30}, protocol: tls, ports: [443]'],
        ['id: c, to: {host: a.example.com}'],
      ),
    ).toBe('Coverage: 2 clauses enforced, 1 partly.');
    expect(await coverageOf([])).toBeUndefined();
  });

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
    const links = await linked(({ file }) => `https://github.com/x/${file}`);
    // Of what needs attention, of the clause that is gone, and of the version that must go up.
    expect(links).toHaveLength(3);
    for (const { url } of links) {
      expect(url).toBe('https://github.com/x/a%20b%29%5D%28x%7C%60.yaml');
    }
  });
});

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
