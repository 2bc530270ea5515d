import { describe, expect, it, test } from 'vitest';
import { idleClauses } from '../../src/reach/index.ts';
import { agent, from, guardrail, rulesOf } from './rules-of.ts';

const bot = (allow: readonly string[], deny: readonly string[] = []) =>
  agent('bot', [
    ...(allow.length > 0 ? ['allow:', ...allow.map((one) => `  - {${one}}`)] : []),
    ...(deny.length > 0 ? ['deny:', ...deny.map((one) => `  - {${one}}`)] : []),
  ]);
const idle = (...documents: string[]) => idleClauses(rulesOf(...documents), { from });
const narrow = 'id: narrow, to: {cidr: 10.20.0.0/16}, protocol: tcp, ports: [443]';
const wide = 'id: wide, to: {cidr: 10.0.0.0/8}, protocol: tcp, ports: ["1-1000"]';

describe('a clause is idle', () => {
  it.each([
    ['behind a wider one', [wide, narrow], [], 'narrow', 'shadowed', ['wide']],
    [
      'behind two that cover it together',
      [
        'id: low, to: {cidr: 10.20.0.0/17}, protocol: tcp, ports: [443]',
        'id: high, to: {cidr: 10.20.128.0/17}, protocol: tcp, ports: ["400-500"]',
        narrow,
      ],
      [],
      'narrow',
      'shadowed',
      ['low', 'high'],
    ],
    ['under a deny', [narrow], ['id: no, to: {cidr: 10.0.0.0/8}'], 'narrow', 'shadowed', ['no']],
    [
      'within the windows of another',
      [narrow, `${narrow.replace('narrow', 'late')}, during: office`],
      [],
      'late',
      'shadowed',
      ['narrow'],
    ],
    ['once it has expired', [`${narrow}, expires: 2026-11-22`], [], 'narrow', 'expired', []],
    [
      'if its exceptions leave nothing',
      [
        'id: narrow, to: {cidr: 10.20.0.0/16, except: [10.20.0.0/17, 10.20.128.0/17]}, protocol: tcp, ports: [443]',
      ],
      [],
      'narrow',
      'empty',
      [],
    ],
    [
      'under a wildcard for the same traffic',
      [
        'id: all, to: {host: "**.example.com"}, protocol: https',
        'id: api, to: {host: api.example.com}, protocol: https',
      ],
      [],
      'api',
      'shadowed',
      ['all'],
    ],
  ] as const)('%s', (_, allow, deny, clause, why, by) => {
    expect(idle(bot(allow, deny))).toEqual([
      { clause: `AgentPolicy/bot#${clause}`, why, by: by.map((id) => `AgentPolicy/bot#${id}`) },
    ]);
  });
});

describe('a clause is not idle', () => {
  it.each([
    ['before a wider one', [narrow, wide]],
    ['on its last day', [`${narrow}, expires: 2026-11-23`]],
    ['beyond a window', [`${narrow}, during: office`, narrow.replace('narrow', 'always')]],
    [
      'for a host beside others: one name of an address is enough',
      [
        'id: one, to: {host: one.example.com}, protocol: tcp, ports: [443]',
        'id: two, to: {host: two.example.com}, protocol: tcp, ports: [443]',
      ],
    ],
    [
      'as the UDP allow that admits QUIC',
      [
        'id: all, to: {any: true}',
        'id: web, to: {host: api.example.com}, protocol: https',
        'id: quic, to: {host: api.example.com}, protocol: udp, ports: [443]',
      ],
    ],
  ])('%s', (_, allow) => {
    expect(idle(bot(allow)).filter(({ clause }) => !clause.endsWith('#web'))).toEqual([]);
  });

  test('where another agent is named that it alone can reach', () => {
    const server = agent('server', [], '[10.9.0.0/28]');
    expect(idle(bot(['id: out, to: {agent: server}, protocol: tcp, ports: [80]']), server)).toEqual(
      [],
    );
  });

  test('as the allow of a guardrail that lifts a built-in deny', () => {
    const base = guardrail('base', [
      'allow:',
      '  - {id: all, to: {any: true}}',
      '  - {id: metadata, to: {cidr: 169.254.169.254/32}, protocol: tcp, ports: [80]}',
    ]);
    expect(idle(bot([]), base)).toEqual([]);
  });
});

test('an ingress clause behind a wider one', () => {
  const server = agent('server', [
    'ingress:',
    '  allow:',
    '    - {id: all, from: {any: true}, protocol: tcp, ports: [80, 443]}',
    '    - {id: some, from: {cidr: 10.0.0.0/8}, protocol: tcp, ports: [80]}',
  ]);
  expect(idle(server)).toEqual([
    { clause: 'AgentPolicy/server#some', why: 'shadowed', by: ['AgentPolicy/server#all'] },
  ]);
});

test('a guardrail’s clause is idle only if it is so for every agent', () => {
  const base = guardrail('base', ['allow:', `  - {${narrow}}`]);
  const shut = bot([], ['id: no, to: {any: true}']);
  const open = agent('open', [], '[10.8.2.0/28]');
  expect(idle(shut, base)).toEqual([
    { clause: 'Guardrail/base#narrow', why: 'shadowed', by: ['AgentPolicy/bot#no'] },
  ]);
  expect(idle(shut, open, base)).toEqual([]);
});
