import { describe, expect, it } from 'vitest';
import { examinePolicies } from '../../src/analysis/index.ts';
import { agent, guardrail } from '../policy/samples.ts';
import { examine, found } from './examined.ts';

const base = 'workloads: {cidrs: [10.8.1.0/28]}\ndns: {resolvers: [10.8.0.53]}';

describe('expiry', () => {
  const expiring = (day: string) =>
    agent('bot', `${base}\nallow:\n  - {id: trial, to: {cidr: 10.20.0.0/16}, expires: ${day}}`);

  it.each([
    ['over', '2026-11-22', ['SP405 0.yaml:8']],
    ['the last day', '2026-11-23', ['SP407 0.yaml:8']],
    ['within 14 days', '2026-12-06', ['SP407 0.yaml:8']],
    ['beyond 14 days', '2026-12-07', []],
  ])('%s', (_, day, codes) => {
    expect(found(expiring(day))).toEqual(codes);
  });

  it('is a notice while the clause still holds, and a warning after', () => {
    const severity = (day: string) => examine(expiring(day)).problems.map((one) => one.severity);
    expect(severity('2026-11-25')).toEqual(['notice']);
    expect(severity('2026-11-21')).toEqual(['warning']);
  });

  it('counts for denies and ingress as well', () => {
    const policy = agent(
      'bot',
      `${base}
deny:
  - {id: freeze, to: {cidr: 10.20.0.0/16}, expires: 2026-11-20}
ingress:
  allow:
    - {id: probe, from: {cidr: 10.9.0.0/24}, protocol: icmp, expires: 2026-11-20}`,
    );
    expect(found(policy)).toEqual(['SP405 0.yaml:8', 'SP405 0.yaml:11']);
  });
});

describe('sensitive data', () => {
  const bot = (clauses: string, data = 'data: [pii]') =>
    agent('bot', `${base}\n${data}\n${clauses}`);
  const trusted = guardrail('company', 'trusted: [10.0.0.0/9, 10.128.0.0/9]');

  it.each([
    ['an address outside', '{cidr: 192.0.2.0/24}, protocol: tcp, ports: [443]', ['SP408 0.yaml:9']],
    ['an address inside', '{cidr: 10.0.0.0/8}, protocol: tcp, ports: [5432]', []],
    ['half outside', '{cidr: 8.0.0.0/6}, protocol: tcp, ports: [5432]', ['SP408 0.yaml:9']],
    ['a host', '{host: api.example.com}, protocol: tcp, ports: [443]', ['SP408 0.yaml:9']],
    ['a host over TLS', '{host: api.example.com}, protocol: https', []],
    ['anywhere', '{any: true}', ['SP408 0.yaml:9']],
  ])('to %s', (_, terms, codes) => {
    const policy = bot(`allow:\n  - {id: one, to: ${terms}}`);
    expect(found(policy, trusted)).toEqual(codes);
  });

  it('is no concern of agents that handle none', () => {
    expect(found(bot('allow:\n  - {id: one, to: {any: true}}', 'data: []'), trusted)).toEqual([]);
  });

  it('is left to a guardrail that requires encryption for it', () => {
    const requiring = guardrail(
      'strict',
      'trusted: [10.0.0.0/8]\nrequire: [{data: [pii], encrypted: true}]',
    );
    const policy = bot(
      'allow:\n  - {id: one, to: {host: api.example.com}, protocol: tcp, ports: [80]}',
    );
    expect(found(policy, requiring)).not.toContain('SP408 0.yaml:9');
    expect(found(policy, requiring).length).toBe(1);
  });

  it('stays where the destination is another agent, or a platform service that a guardrail opens', () => {
    const peer = agent(
      'peer',
      'workloads: {selector: {app: peer}}\ningress: {allow: [{id: all, from: {any: true}}]}',
    );
    const lift = guardrail(
      'lift',
      'allow: [{id: metadata, to: {cidr: 169.254.169.254/32}, protocol: tcp, ports: [80]}]',
    );
    const policy = bot('allow:\n  - {id: peer, to: {agent: peer}, protocol: tcp, ports: [8080]}');
    expect(found(policy, peer, lift)).toEqual([]);
  });

  it('is told once of a guardrail that opens the way for many', () => {
    const opening = guardrail('open', 'allow:\n  - {id: all, to: {any: true}}');
    const other = agent('other', 'workloads: {cidrs: [10.8.2.0/28]}\ndata: [pii]');
    expect(found(opening, bot(''), other)).toEqual(['SP408 0.yaml:6']);
  });
});

it('windows and budgets that no clause names', () => {
  const policy = agent(
    'bot',
    `${base}
windows:
  office: {from: "08:00", to: "18:00", timezone: UTC}
  night: {from: "22:00", to: "06:00", timezone: UTC}
  probes: {from: "00:00", to: "01:00", timezone: UTC}
budgets:
  used: {bytes: 1GB, per: day}
  spare: {bytes: 1GB, per: day}
allow: [{id: one, to: {cidr: 10.20.0.0/16}, during: office, budget: used}]
ingress: {allow: [{id: probe, from: {any: true}, during: probes}]}`,
  );
  expect(found(policy)).toEqual(['SP409 0.yaml:9', 'SP420 0.yaml:13']);
});

it('without a time nothing is linted, but tests are run', () => {
  const test = `apiVersion: sallyport.dev/v1
kind: PolicyTest
metadata: {name: promises, version: 1.0.0}
spec: {cases: [{agent: bot, to: 10.20.0.1, protocol: icmp, expect: deny}]}
`;
  const policy = agent('bot', `${base}\nallow: [{id: a, to: {any: true}, expires: 2020-01-01}]`);
  const files = [
    { path: 'test.yaml', text: test.replace('deny', 'allow') },
    { path: 'bot.yaml', text: policy },
  ];
  const { problems, tests } = examinePolicies(files);
  expect(problems.map(({ code, file, line }) => `${code} ${file}:${line}`)).toEqual([
    'SP317 test.yaml:4',
  ]);
  expect(tests).toHaveLength(1);
});

it('what cannot be read without errors is examined no further', () => {
  const { ruleSet, tests, problems } = examine(
    agent('bot', `${base}\nallow:\n  - {id: a, to: {any: true}, expires: 2020-01-01}`),
    'kind: 1',
  );
  expect(problems.map(({ code }) => code)).toEqual(['SP203']);
  expect({ ruleSet, tests }).toEqual({ ruleSet: undefined, tests: [] });
});
