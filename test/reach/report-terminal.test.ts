import { describe, expect, test } from 'vitest';
import {
  type ReachReport,
  reachReport,
  renderReachTerminal,
} from '../../src/reach/report/index.ts';
import { policies } from '../impact/policies.ts';
import { bot, from, office, reported } from './reported.ts';

const same = (text: string) => text;
const paint = { error: same, warning: same, notice: same, strong: same, faint: same };
const rendered = (report: ReachReport, width = 100, all = false) =>
  renderReachTerminal(report, {
    paint,
    width,
    all,
    placeText: ({ side, file, line }) => `${side === 'before' ? 'main:' : ''}${file}:${line}`,
  });

const web = 'id: web, to: {cidr: 192.0.2.0/24}, protocol: tcp, ports: [443]';
const api = 'id: api, to: {host: api.example.com}, protocol: https';

test('what becomes reachable: destination, traffic, and what decides before and after, with places', () => {
  expect(rendered(reported(bot([web]), bot([web, api])))).toBe(
    `Reach: widens: 1 agent reaches more
compared exactly, from 2026-11-23 until 2027-11-24

bot  widens
  + api.example.com (except 192.0.2.0/24)  tcp 443
      denied (no-clause) → allowed by #api (bot.yaml:9)
  + api.example.com  DNS: any type
      denied (dns-name or dns-type) → allowed by #api (bot.yaml:9)

Versions
  AgentPolicy/bot  still 1.0.0, but the edit widens: a minor bump, 1.1.0 or higher  bot.yaml:1
`,
  );
});

describe('conditions in the words of the clauses', () => {
  const wide =
    'id: db, to: {cidr: 10.20.0.0/16, except: [10.20.5.0/24]}, protocol: tcp, ports: [5432, "6000-6010"]';
  const cases: [string, string, string][] = [
    ['a window', `${wide}, during: office`, 'mon–fri 08:00–18:00 Europe/Berlin'],
    ['principals', `${wide}, onBehalfOf: ["group:a", "user:b"]`, 'for group:a or user:b'],
    ['an expiry', `${wide}, expires: 2027-03-31`, 'through 2027-03-31'],
  ];
  test.each(cases)('%s', (_, clause, words) => {
    const windows = clause.includes('office') ? ['windows:', `  ${office}`] : [];
    const text = rendered(reported(bot([web]), bot([web, clause], windows)));
    const row = `  + 10.20.0.0/16 except 10.20.5.0/24  tcp 5432,6000-6010  ${words}\n`;
    expect(text).toContain(row);
    expect(text).toContain('denied (no-clause) → allowed by #db (bot.yaml:9)');
  });

  test('outside of a window that is new', () => {
    const later = bot([`${web}, during: office`], ['windows:', `  ${office}`]);
    expect(rendered(reported(bot([web]), later))).toContain(
      '  − 192.0.2.0/24  tcp 443  outside mon–fri 08:00–18:00 Europe/Berlin\n      allowed by #web (main:bot.yaml:8) → denied (no-clause)\n',
    );
  });

  test('a budget, once it is spent', () => {
    const budgets = (text: string) => [`budgets: {up: {bytes: ${text}, per: day}}`];
    const text = rendered(reported(bot([web]), bot([`${web}, budget: up`], budgets('5MB'))));
    expect(text).toContain('tcp 443  once the new budget (5 MB per day) is spent');
    expect(text).toContain('→ denied by #web (budget-spent) (bot.yaml:8)');
  });

  test('a deny by host', () => {
    const deny = ['deny:', '  - {id: no-evil, to: {host: "**.evil.example.com"}}'];
    const any = 'id: all, to: {any: true}, protocol: tcp, ports: [443]';
    const text = rendered(reported(bot([any]), bot([any], deny)));
    expect(text).toContain('  − **.evil.example.com  tcp 443');
    expect(text).toContain('→ denied by #no-evil (bot.yaml:10)');
    expect(text).toContain('rare coincidences of names (--all)');
    expect(rendered(reported(bot([any]), bot([any], deny)), 100, true)).toContain(
      'SNI **.evil.example.com, not learned as **.evil.example.com',
    );
  });
});

describe('layout', () => {
  const long = bot(
    [web, `${api}, during: office, onBehalfOf: ["group:finance-clerks"]`],
    ['windows:', `  ${office}`],
  );

  test('columns where they fit, else one under the other, and no line is longer than the terminal', () => {
    const report = reported(bot([web]), long);
    expect(rendered(report, 120)).toContain(
      '  + api.example.com (except 192.0.2.0/24)  tcp 443  mon–fri 08:00–18:00 Europe/Berlin  for group:finance-clerks\n',
    );
    const narrow = rendered(report, 60).split('\n');
    expect(narrow).toContain('  + api.example.com (except 192.0.2.0/24)');
    expect(narrow).toContain('      mon–fri 08:00–18:00 Europe/Berlin');
    expect(narrow).toContain('      for group:finance-clerks');
    expect(Math.max(...narrow.map(({ length }) => length))).toBeLessThanOrEqual(60);
  });

  test('long lists are counted, and --all tells them', () => {
    const clauses = Array.from(
      { length: 30 },
      (_, i) => `id: c${i}, to: {cidr: 10.20.${i * 2}.0/24}, protocol: tcp, ports: [${4000 + i}]`,
    );
    const report = reported(bot([web]), bot([web, ...clauses]));
    expect(rendered(report)).toContain('\n  … and 10 more (--all)\n');
    expect(rendered(report)).not.toContain('10.20.58.0/24');
    expect(rendered(report, 100, true)).toContain('10.20.58.0/24');
    expect(rendered(report, 100, true)).not.toContain('more (--all)');
  });
});

test('what changes no decision: handled otherwise', () => {
  const text = rendered(reported(bot([web]), bot([web], ['onDeny: reject'])));
  expect(text).toContain('Reach: equivalent: no decision changes; 1 agent handled otherwise\n');
  expect(text).toContain('bot  same decisions, handled otherwise\n  ~ onDeny: drop → reject\n');
  expect(text).toContain('the edit changes no decision: a patch bump, 1.0.1 or higher');
});

test('nothing changes: nothing more is told', () => {
  expect(rendered(reported(bot([web]), bot([web])))).toBe(
    'Reach: equivalent: no decision changes\ncompared exactly, from 2026-11-23 until 2027-11-24\n',
  );
});

test('whose workloads change is told', () => {
  const moved = bot([web]).replace('10.8.1.0/24', '10.8.2.0/24');
  const text = rendered(reported(bot([web]), moved));
  expect(text).toContain('  − workloads at 10.8.1.0/24\n  + workloads at 10.8.2.0/24\n');
  expect(text).toContain('Reach: narrows and widens');
});

test('agents for whom the same changes are told together', () => {
  const two = (extra: string) =>
    ['one', 'two']
      .map((name, i) =>
        bot([web], [extra])
          .replace('name: bot', `name: ${name}`)
          .replace('10.8.1.0', `10.8.${i}.0`),
      )
      .join('---\n');
  const text = rendered(reported(two('onDeny: drop'), two('onDeny: reject')));
  expect(text).toContain('\n2 agents: one, two  same decisions, handled otherwise\n');
});

test('names of files cannot act on the terminal', () => {
  const sides = [bot([web]), bot([api])].map((text) => policies({ '\u001b[31m\u202e.yaml': text }));
  const [before, after] = sides;
  if (!before || !after) throw new Error('two sides');
  const text = rendered(reachReport(before, after, { from }), 100, true);
  expect(text).toContain('\\u{1b}[31m\\u{202e}.yaml:8');
  expect(text).not.toMatch(/[\u001b\u202e]/);
});
