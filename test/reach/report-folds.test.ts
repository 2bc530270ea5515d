import { describe, expect, test } from 'vitest';
import {
  type ReachReport,
  reachReport,
  renderReachMarkdown,
  renderReachTerminal,
} from '../../src/reach/report/index.ts';
import { policies } from '../impact/policies.ts';
import { from } from './reported.ts';

const same = (text: string) => text;
const paint = { error: same, warning: same, notice: same, strong: same, faint: same };
const rendered = (report: ReachReport, all = false) =>
  renderReachTerminal(report, {
    paint,
    width: 120,
    all,
    placeText: ({ file, line }) => `${file}:${line}`,
  });

const trusted = 'trusted: [10.20.0.0/16]';
const guardrail = (...lines: readonly string[]) =>
  [
    'apiVersion: sallyport.dev/v1',
    'kind: Guardrail',
    'metadata: {name: top, version: 1.0.0}',
    'spec:',
    '  dns: {resolvers: [10.8.0.53]}',
    ...lines.map((line) => `  ${line}`),
    '',
  ].join('\n');
const agent = (name: string, subnet: number, ...lines: readonly string[]) =>
  [
    'apiVersion: sallyport.dev/v1',
    'kind: AgentPolicy',
    `metadata: {name: ${name}, version: 1.0.0}`,
    'spec:',
    `  workloads: {cidrs: [10.8.${subnet}.0/24]}`,
    ...lines.map((line) => `  ${line}`),
    '',
  ].join('\n');
const host = (id: string, port = 443) =>
  `  - {id: ${id}, to: {host: ${id}.example.com}, protocol: tls, ports: [${port}]}`;
const deny = (cidr: string) => ['deny:', `  - {id: closed, to: {cidr: ${cidr}}}`];

function compared(before: readonly string[], after: readonly string[]): ReachReport {
  const [old, now] = [before, after].map((texts) => policies({ 'all.yaml': texts.join('---\n') }));
  if (!old || !now) throw new Error('two sides');
  return reachReport(old, now, { from });
}

describe('a deny of a network', () => {
  const bots = (count: number) =>
    Array.from({ length: count }, (_, i) => {
      const own = `  - {id: db, to: {cidr: 10.20.${i}.0/24}, protocol: tcp, ports: [5432]}`;
      return agent(`bot${i}`, i + 1, 'allow:', host(`a${i}`), host(`b${i}`, 8443), own);
    });
  const denied = (cidr: string, count: number) =>
    compared(
      [guardrail(trusted), ...bots(count)],
      [guardrail(trusted, ...deny(cidr)), ...bots(count)],
    );

  test('hosts of one agent that DNS may have there are one row, after what is reached by address', () => {
    expect(rendered(denied('10.20.0.0/28', 1))).toContain(`bot0  narrows
  − 10.20.0.0/28  tcp 5432
      allowed by #db (all.yaml:16) → denied by Guardrail/top#closed (all.yaml:8)
  − 2 hosts, if DNS has them at 10.20.0.0/28: a0.example.com, b0.example.com  ports: as each clause has it
      allowed by #a0, #b0 → denied by Guardrail/top#closed (all.yaml:8)
`);
  });

  test('of many agents they are told once, and what is their own beside it', () => {
    const text = rendered(denied('10.20.0.0/28', 3));
    expect(text).toContain(`3 agents: bot0, bot1, bot2  narrows
  − 6 hosts, if DNS has them at 10.20.0.0/28: a0.example.com, a1.example.com,`);
    expect(text).toContain('allowed by 6 clauses → denied by Guardrail/top#closed');
    expect(text).toContain('bot0  narrows, beside the above\n  − 10.20.0.0/28  tcp 5432\n');
    expect(text).not.toMatch(/^bot1/m);
  });

  test('--all tells every clause by itself', () => {
    const text = rendered(denied('10.20.0.0/28', 3), true);
    for (const name of ['a0', 'b0', 'a1', 'b1', 'a2', 'b2']) {
      expect(text).toContain(`  − ${name}.example.com at 10.20.0.0/28  tcp`);
    }
    expect(text).not.toContain('if DNS has them');
  });

  test('Markdown names the clauses of one agent, and counts those of many', () => {
    expect(renderReachMarkdown(denied('10.20.0.0/28', 1))).toContain(
      '| allowed by `AgentPolicy/bot0#a0`, `AgentPolicy/bot0#b0` | denied by `Guardrail/top#closed` |',
    );
    expect(renderReachMarkdown(denied('10.20.0.0/28', 3))).toContain('| allowed by 6 clauses |');
  });

  test('special-use addresses that no guardrail trusts stand for no host: that is told last, as rare', () => {
    const text = rendered(denied('192.168.0.0/16', 2));
    expect(text).toContain('Reach: narrows: 2 agents only by rare coincidences of names\n');
    expect(text).toContain(
      '2 agents: bot0, bot1  narrows\n  4 rows, all of them rare coincidences of names (--all)\n',
    );
  });

  test('what was denied before and still is goes without saying', () => {
    const text = rendered(
      compared(
        [guardrail(trusted, ...deny('10.20.9.0/24'))],
        [guardrail(trusted, ...deny('10.20.9.0/24')), agent('bot', 1, 'allow:', host('a'))],
      ),
    );
    expect(text).toContain('  + a.example.com  tcp 443\n');
  });
});

test('an agent that goes: hosts at its addresses are told in the words of whose they were', () => {
  const others = [0, 1].map((i) => agent(`bot${i}`, i, 'allow:', host(`a${i}`), host(`b${i}`)));
  const gone = agent('gone', 9).replace('10.8.9.0', '10.20.9.0');
  const base = [guardrail(trusted), ...others];
  const text = rendered(compared([...base, gone], base));
  expect(text).toContain(
    '  + 2 hosts, if DNS has them at addresses that were agent gone’s: a0.example.com, b0.example.com  tcp 443\n      denied (no-ingress) → allowed by #a0, #b0\n',
  );
  expect(text).toContain('gone  removed, narrows\n');
});

describe('an agent that is put in audit', () => {
  const bot = (...lines: readonly string[]) =>
    compared(
      [agent('bot', 1, 'allow:', '  - {id: x, to: {cidr: 192.0.2.0/24}}')],
      [agent('bot', 1, ...lines, 'allow:', '  - {id: x, to: {cidr: 192.0.2.0/24}}')],
    );

  test('is told in a few words, and with --all in every region', () => {
    const text = rendered(bot('mode: audit'));
    expect(text).toMatch(/\n {2}\+ all that only its own rules deny +\d+ regions? \(--all\)\n/);
    expect(text).toMatch(
      /\n {2}\+ from all that only its own rules keep out +1 region \(--all\)\n/,
    );
    expect(text).toContain('denied → allowed, audit reports it\n  ~ mode: enforce → audit\n');
    expect(rendered(bot('mode: audit'), true)).toContain('denied (no-ingress) → allowed, audit');
  });
});

const web = 'to: {cidr: 192.0.2.0/24}, protocol: tcp, ports: [443]';

describe('windows that cut each other short', () => {
  const told = (before: string, after: string) => {
    const [old, now] = [before, after].map((window) => [
      agent(
        'bot',
        1,
        'allow:',
        `  - {id: x, ${web}, during: w}`,
        'windows:',
        `  w: {${window}, timezone: Europe/Berlin}`,
      ),
    ]);
    const text = rendered(compared(old ?? [], now ?? []));
    return [...text.matchAll(/^ {2}([−+]) 192\.0\.2\.0\/24 {2}tcp 443 {2}(.*)$/gm)].map(
      ([, sign, when]) => `${sign} ${when}`,
    );
  };
  const hours = (start: string, end: string) => `from: "${start}", to: "${end}"`;

  test.each([
    ['a later end', hours('07:00', '20:00'), hours('07:00', '22:00'), ['+ daily 20:00–22:00']],
    [
      'both ends',
      hours('09:00', '20:00'),
      hours('07:00', '22:00'),
      ['+ daily 07:00–09:00 Europe/Berlin, or daily 20:00–22:00'],
    ],
    [
      'a shift',
      hours('07:00', '22:00'),
      hours('06:00', '20:00'),
      ['− daily 20:00–22:00', '+ daily 06:00–07:00'],
    ],
    ['over midnight', hours('22:00', '04:00'), hours('22:00', '02:00'), ['− daily 02:00–04:00']],
    [
      'fewer days',
      hours('08:00', '18:00'),
      `days: [mon, tue], ${hours('08:00', '18:00')}`,
      ['− wed–sun 08:00–18:00'],
    ],
    [
      'from Sunday into Monday',
      `days: [sun], ${hours('22:00', '03:00')}`,
      `days: [sun], ${hours('23:00', '02:00')}`,
      ['− mon 02:00–03:00 Europe/Berlin, or sun 22:00–23:00'],
    ],
    [
      'apart',
      hours('08:00', '12:00'),
      hours('14:00', '18:00'),
      ['− daily 08:00–12:00', '+ daily 14:00–18:00'],
    ],
  ])('%s', (_, before, after, rows) => {
    expect(told(before, after)).toEqual(rows.map((row) => `${row} Europe/Berlin`));
  });
});

test('of a window inside of another one the larger is told alone, in JSON too', () => {
  const side = (...clauses: readonly string[]) => [
    agent(
      'bot',
      1,
      'allow:',
      ...clauses,
      'windows:',
      '  large: {from: "07:00", to: "22:00", timezone: Europe/Berlin}',
      '  small: {from: "07:00", to: "20:00", timezone: Europe/Berlin}',
    ),
  ];
  const small = `  - {id: a, ${web.replace('192.0.2.0', '198.51.100.0')}, during: small}`;
  const large = `  - {id: b, ${web}, during: large}`;
  const first = large.replace('id: b', 'id: c').replace('443', '8443');
  const { diff } = compared(side(first, small), side(first, small, large));
  const [time] = diff.agents.flatMap(({ flows }) =>
    flows.flatMap(({ regions }) => regions.map((region) => region.time)),
  );
  expect(time?.cases).toMatchObject([{ during: [{ from: 7 * 60, to: 22 * 60 }], outside: [] }]);
});
