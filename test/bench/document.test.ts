import { expect, test } from 'vitest';
import type { CellResult } from '../../bench/dataplane/measure-cell.ts';
import { packetSection } from '../../bench/dataplane/packet-section.ts';
import { targetsSection } from '../../bench/dataplane/targets.ts';
import { withSection } from '../../bench/document.ts';

const around = (ns: number) => ({ low: ns - 2, median: ns, high: ns + 2 });
const cell = (rules: number, flows: number, nft: number): CellResult => ({
  kind: 'established',
  rules,
  flows,
  frames: 1000,
  figures: [
    { peer: 'no filter', stateful: false, total: around(1000), added: around(0) },
    { peer: 'Sallyport', stateful: true, total: around(1090), added: around(90) },
    {
      peer: 'nftables interval set',
      stateful: false,
      total: around(nft + 1000),
      added: around(nft),
    },
  ],
});
const results = {
  cells: [cell(10, 1, 400), cell(1000, 1, 600), cell(10, 1000, 500), cell(1000, 1000, 12_000)],
  absent: ['ipset, conntrack'],
  loading: [
    { peer: 'no filter', rules: 10, ms: 0 },
    { peer: 'Sallyport', rules: 10, ms: 12.4 },
    { peer: 'Sallyport', rules: 1000, ms: 1234.5 },
  ],
  late: 0,
  frames: 4000,
};

test('a section is written between its markers, and nothing else changes', () => {
  const document =
    '# T\n\n<!-- begin a -->\n\nold\n\n<!-- end a -->\n\n<!-- begin b -->\n\nb\n\n<!-- end b -->\n';
  const once = withSection(document, 'a', 'new\n');
  expect(once).toBe(document.replace('old', 'new'));
  expect(withSection(once, 'a', 'new')).toBe(once);
  expect(() => withSection(document, 'c', 'x')).toThrow('no line <!-- begin c -->');
});

test('tables tell the difference to no filter, and in the first row what that takes', () => {
  const { text } = packetSection(results);
  const [head, , none, ours, nft] = text.split('\n').filter((line) => line.startsWith('|'));
  expect(head).toBe(
    '|  | 10 rules, 1 flow | 1,000 rules, 1 flow | 10 rules, 1,000 flows | 1,000 rules, 1,000 flows |',
  );
  expect(none).toContain('| no filter | 1,000 (998–1,002) |');
  expect(ours).toContain('| **Sallyport** | +90 (88–92) |');
  expect(nft).toMatch(/\+12,000 \(11,998–12,002\) \|$/);
  expect(text).toContain('| **Sallyport** | 12 | 1,235 |');
  expect(text).toContain('Not installed here, and so not measured: ipset, conntrack.');
});

test('a drawing has every filter but the one that is no filter, with its axis around all values', () => {
  const { drawings, text } = packetSection(results);
  expect(Object.keys(drawings)).toEqual(['established-packets.svg']);
  expect(text).toContain('](performance/established-packets.svg)');
  const svg = drawings['established-packets.svg'] ?? '';
  const labels = [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, label]) => label);
  expect(labels).toEqual(
    expect.arrayContaining(['Sallyport', 'nftables interval set', '50', '20,000']),
  );
  expect(labels).not.toContain('no filter');
  const heights = [...svg.matchAll(/<circle cx="[\d.]+" cy="([\d.]+)"/g)].map(([, y]) => Number(y));
  // Two panels; in each ours, at the same height, and nftables above it.
  expect(heights).toHaveLength(8);
  expect(heights[0]).toBe(heights[1]);
  expect(Math.max(...heights)).toBe(heights[0]);
  expect(heights[7]).toBeLessThan(heights[6] ?? 0);
});

test('what was to be reached is told beside what was, and what was not measured is not', () => {
  const kind = 'established';
  const text = targetsSection({
    packets: { ...results, cells: [{ ...cell(1000, 1000, 500), kind }, cell(131_072, 1000, 500)] },
    gateway: [
      { rules: 1000, load: 5, change: { median: 25 }, registration: { p99: 10 }, resident: 90 },
    ],
  });
  const rows = text
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| ---'));
  const verdicts = rows.slice(1).map((row) =>
    row
      .split('|')
      .slice(2, 5)
      .map((part) => part.trim()),
  );
  expect(verdicts).toEqual([
    ['150 ns', '90 ns', 'met'],
    ['1.5 ×', '1.00 ×', 'met'],
    ['20 ms', '25 ms', 'missed by 25 %'],
    ['50 ms', '10 ms', 'met'],
  ]);
});
