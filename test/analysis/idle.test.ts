import { describe, expect, it } from 'vitest';
import { agent, guardrail } from '../policy/samples.ts';
import { examine, found } from './examined.ts';

/** A policy with these clauses from line 8 on. */
function bot(...clauses: readonly string[]): string {
  return agent(
    'bot',
    ['workloads: {cidrs: [10.8.1.0/28]}', 'dns: {resolvers: [10.8.0.53]}', ...clauses].join('\n'),
  );
}

const messages = (...texts: readonly string[]) =>
  examine(...texts).problems.map(({ message }) => message);

describe('a clause that can never decide', () => {
  it('is told with what decides in its place, and where that stands', () => {
    const policy = bot(
      'allow:',
      '  - {id: wide, to: {cidr: 10.0.0.0/8}, protocol: tcp, ports: ["1-1000"]}',
      '  - {id: narrow, to: {cidr: 10.1.0.0/16}, protocol: tcp, ports: [443]}',
    );
    expect(found(policy)).toEqual(['SP403 0.yaml:9']);
    expect(messages(policy)).toEqual([
      'the clause `narrow` can never decide: before it decides `AgentPolicy/bot#wide` (0.yaml:8)',
    ]);
  });

  it('is found where several others cover it together only', () => {
    const halves = [
      'allow:',
      '  - {id: low, to: {cidr: 10.0.0.0/9}}',
      '  - {id: high, to: {cidr: 10.128.0.0/9}}',
      '  - {id: both, to: {cidr: 10.0.0.0/8}, protocol: tcp, ports: [443]}',
    ];
    expect(found(bot(...halves))).toEqual(['SP403 0.yaml:10']);
    expect(found(bot(...halves.filter((line) => !line.includes('high'))))).toEqual([]);
  });

  it.each([
    ['a port of its own', 'to: {cidr: 10.1.0.0/16}, protocol: tcp, ports: [443, 2000]'],
    ['an exception of the wider', 'to: {cidr: 10.9.0.0/24}, protocol: tcp, ports: [443]'],
    ['another protocol', 'to: {cidr: 10.1.0.0/16}, protocol: udp, ports: [443]'],
    ['a time of its own', 'to: {cidr: 10.5.0.0/16}, protocol: tcp, ports: [443]'],
  ])('is not one with %s', (_, terms) => {
    const policy = bot(
      'windows: {night: {from: "22:00", to: "06:00", timezone: Europe/Berlin}}',
      'allow:',
      '  - {id: wide, to: {cidr: 10.0.0.0/14, except: [10.1.9.0/24]}, protocol: tcp, ports: ["1-1000"]}',
      '  - {id: nightly, to: {cidr: 10.5.0.0/16}, protocol: tcp, ports: [443], during: night}',
      `  - {id: narrow, ${terms}}`,
    );
    expect(found(policy)).toEqual([]);
  });

  it('by name: under a wider pattern', () => {
    const policy = bot(
      'allow:',
      '  - {id: all, to: {host: "**.example.com"}, protocol: https}',
      '  - {id: one, to: {host: api.example.com}, protocol: https}',
      '  - {id: apex, to: {host: example.com}, protocol: https}',
    );
    expect(found(policy)).toEqual(['SP403 0.yaml:9']);
  });

  it('may stand in a guardrail, or be taken by one', () => {
    const company = guardrail(
      'company',
      'allow:\n  - {id: dns, to: {cidr: 10.0.0.0/8}}\n  - {id: again, to: {cidr: 10.1.0.0/16}}',
    );
    const policy = bot('allow:', '  - {id: own, to: {cidr: 10.2.0.0/16}, protocol: icmp}');
    expect(found(company, policy)).toEqual(['SP403 0.yaml:7', 'SP403 1.yaml:8']);
    expect(messages(company, policy)[1]).toContain('`Guardrail/company#dns` (0.yaml:6)');
  });

  it('is not looked for in a guardrail that is in audit', () => {
    const observer = guardrail(
      'observer',
      'mode: audit\nallow: [{id: a, to: {any: true}}, {id: b, to: {any: true}}]',
    );
    expect(found(observer, bot(''))).toEqual([]);
  });
});

describe('a contradiction', () => {
  it.each([
    ['equal terms', '10.1.0.0/16', ['SP404 0.yaml:8']],
    ['a wider deny', '10.0.0.0/8', ['SP404 0.yaml:8']],
    ['a narrower deny is an exception', '10.1.9.0/24', []],
  ])('%s', (_, denied, codes) => {
    const policy = bot(
      'allow:',
      '  - {id: db, to: {cidr: 10.1.0.0/16}, protocol: tcp, ports: [5432]}',
      `deny: [{id: no-db, to: {cidr: ${denied}}}]`,
    );
    expect(found(policy)).toEqual(codes);
  });

  it('names the deny and its place', () => {
    const policy = bot(
      'allow: [{id: db, to: {cidr: 10.1.0.0/16}}]',
      'deny: [{id: no-db, to: {cidr: 10.1.0.0/16}}]',
    );
    expect(messages(policy)).toEqual([
      'the clause `db` allows what the same document denies by `AgentPolicy/bot#no-db` (0.yaml:8)',
    ]);
  });

  it('is none where the deny holds at times only', () => {
    const policy = bot(
      'windows: {night: {from: "22:00", to: "06:00", timezone: Europe/Berlin}}',
      'allow: [{id: db, to: {cidr: 10.1.0.0/16}}]',
      'deny: [{id: no-db, to: {cidr: 10.1.0.0/16}, during: night}]',
    );
    expect(found(policy)).toEqual([]);
  });

  it('of a policy with a guardrail is only told as shadowed: they are two documents', () => {
    const company = guardrail('company', 'deny: [{id: no-db, to: {cidr: 10.1.0.0/16}}]');
    expect(found(company, bot('allow: [{id: db, to: {cidr: 10.1.2.0/24}}]'))).toEqual([
      'SP403 1.yaml:7',
    ]);
  });
});

describe('a clause that no flow can match', () => {
  it('has nothing left of its destination', () => {
    const policy = bot(
      'allow:',
      '  - {id: none, to: {cidr: 10.1.0.0/16, except: [10.1.0.0/17, 10.1.128.0/17]}}',
    );
    expect(found(policy)).toEqual(['SP406 0.yaml:8']);
  });
});

it('an expired clause is told once, as expired', () => {
  const policy = bot('allow:', '  - {id: old, to: {cidr: 10.1.0.0/16}, expires: 2020-01-01}');
  expect(found(policy)).toEqual(['SP405 0.yaml:8']);
});
