import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { coverageCounts, coverageOf } from '../../src/analysis/index.ts';
import { agent, guardrail } from '../policy/samples.ts';
import { examine } from './examined.ts';

function coverage(...texts: readonly string[]) {
  const { policySet, ruleSet, problems } = examine(...texts);
  if (!ruleSet) throw new Error(JSON.stringify(problems));
  return coverageOf(policySet, ruleSet);
}

function levels(...texts: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    coverage(...texts).map(({ subject, level, why }) => [subject, [level, ...why].join('; ')]),
  );
}

const base = 'workloads: {cidrs: [10.8.1.0/28]}\ndns: {resolvers: [10.8.0.53]}';

it('every clause has one entry, with its place; those of all documents, in order', () => {
  const entries = coverage(
    agent(
      'bot',
      `${base}
allow:
  - {id: db, to: {cidr: 10.20.0.0/16}, protocol: tcp, ports: [5432]}
deny:
  - {id: no-admin, to: {cidr: 10.20.9.0/24}}
ingress:
  allow:
    - {id: health, from: {cidr: 10.8.0.0/24}, protocol: tcp, ports: [8080]}`,
    ),
    guardrail('company', 'deny: [{id: no-vault, to: {cidr: 10.66.0.0/16}}]'),
  );
  expect(
    entries.map(({ subject, position }) => `${subject} ${position.file}:${position.line}`),
  ).toEqual([
    'AgentPolicy/bot#no-admin 0.yaml:10',
    'AgentPolicy/bot#db 0.yaml:8',
    'AgentPolicy/bot#health 0.yaml:13',
    'Guardrail/company#no-vault 1.yaml:5',
  ]);
  expect(coverageCounts(entries)).toEqual({ enforced: 4, partly: 0, 'not enforceable here': 0 });
});

it('paths, denies by host and audit are enforced partly, and it says why', () => {
  const found = levels(
    agent(
      'bot',
      `${base}
mode: audit
allow: [{id: api, to: {host: api.example.com, paths: [/v2]}, protocol: tcp, ports: [443]}]
deny: [{id: no-web, to: {cidr: 10.9.0.0/16}}]`,
    ),
    guardrail('company', 'deny: [{id: no-paste, to: {host: "**.paste.example"}}]'),
    guardrail('trial', 'mode: audit\nallow: [{id: all, to: {any: true}}]'),
  );
  expect(found).toEqual({
    'AgentPolicy/bot#no-web': expect.stringMatching(/^partly; `mode: audit`: logged, nothing/),
    'AgentPolicy/bot#api': expect.stringMatching(/^partly; `paths` restrict nothing/),
    'Guardrail/company#no-paste': expect.stringMatching(/^partly; an address that was never asked/),
    'Guardrail/trial#all': expect.stringMatching(/^partly; `mode: audit`: logged, decides nothing/),
  });
});

it('who registers, and for whom a workload acts, is held', () => {
  const found = levels(
    agent(
      'bot',
      `workloads: {selector: {app: bot}}
allow: [{id: ledger, to: {cidr: 10.0.0.0/8}, onBehalfOf: [group:clerks]}]`,
    ),
  );
  expect(found).toEqual({ 'AgentPolicy/bot#ledger': 'enforced' });
});

it('what a document states beside its clauses is held, and a budget partly', () => {
  const found = levels(
    agent(
      'bot',
      `workloads: {selector: {app: bot}}
onDeny: reject
dns: {resolvers: [10.8.0.53], maxQueriesPerMinute: 100}
budgets: {llm: {bytes: 1GB, per: day}}
allow: [{id: llm, to: {host: llm.example.com}, protocol: https, budget: llm}]`,
    ),
  );
  expect(found).toEqual({
    'AgentPolicy/bot#llm': 'partly; per gateway: each counts the budget `llm` by itself',
  });
});

describe.each(coverageVectors())('$name: $title', ({ policies, expect: expected }) => {
  const entries = coverage(policies);

  it.each(Object.entries(expected))('%s is %s', (subject, text) => {
    const entry = entries.find((one) => one.subject === subject);
    expect(`${entry?.level}: ${entry?.why.join('; ')}`).toContain(text);
  });

  it('and there are no others', () => {
    expect(entries.map(({ subject }) => subject).toSorted()).toEqual(
      Object.keys(expected).toSorted(),
    );
  });
});

interface CoverageVectors {
  readonly title: string;
  readonly rules: readonly string[];
  readonly policies: string;
  readonly expect: Readonly<Record<string, string>>;
}

/** Policies, and a part of what is said of every clause in them. */
function coverageVectors(): (CoverageVectors & { readonly name: string })[] {
  const folder = join(import.meta.dirname, '../vectors/coverage');
  return readdirSync(folder).map((name) => ({
    ...(parse(readFileSync(join(folder, name), 'utf8')) as CoverageVectors),
    name,
  }));
}
