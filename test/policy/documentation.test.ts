import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { problemCodes } from '../../src/policy/index.ts';
import { compile, notHeld, reasons } from '../../src/rules/index.ts';
import { agent, agentWith, guardrail, parse } from './samples.ts';

const text = readFileSync(new URL('../../docs/policy-language.md', import.meta.url), 'utf8');

/** The cells of the rows of the table under a heading, without its head. */
function table(heading: string): string[][] {
  const section = text.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  return section
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .slice(1)
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

test('the table of problems is the one in the code', () => {
  const expected = Object.values(problemCodes).map(({ code, severity, title }) => [
    code,
    severity,
    title,
  ]);
  expect(table('Problems')).toEqual(expected);
});

test('codes are unique', () => {
  const all = Object.values(problemCodes).map(({ code }) => code);
  expect(new Set(all).size).toBe(all.length);
});

test('the table of reasons is the one in the code', () => {
  expect(table('Reasons')).toEqual(
    reasons.map(({ name, text: meaning }) => [`\`${name}\``, meaning]),
  );
});

test('all that a gateway refuses by name is in the table of it, and nothing else', () => {
  const other = agent(
    'other',
    `workloads: {selector: {app: other}}
gateways: {region: eu}`,
  );
  const everything = agentWith(`onDeny: reject
windows: {w: {from: "08:00", to: "18:00", timezone: UTC}}
budgets: {b: {bytes: 1MB, per: day}}
allow: {a: {to: {host: a.example}, protocol: https, during: w, budget: b, expires: 2030-01-01, onBehalfOf: [c]},
  b: {to: {agent: other}}, c: {to: {any: true}, via: out}}
ingress: {allow: {d: {from: {any: true}}}}`).replace(
    'dns: {',
    'dns: {onDeny: refused, maxQueriesPerMinute: 10, maxNameLength: 100, ',
  );
  const group = `apiVersion: sallyport.dev/v1
kind: GatewayGroup
metadata: {name: eu, version: 1.0.0, labels: {region: eu}}
spec: {routes: {out: {mark: 1}}}
`;
  const { policySet, problems } = parse(everything, other, group, guardrail('g', 'mode: audit'));
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  const names = (text: string) => text.match(/`[^`]+`/g) ?? [];
  const refused = notHeld(compile(policySet)).flatMap(({ what }) => names(what));
  const told = table('What gateways refuse').flatMap(([first = '']) => names(first));
  expect(new Set(told)).toEqual(new Set(refused));
});

test('every rule number of the language is mentioned', () => {
  const rules = { A: 4, F: 6, K: 11, D: 12, N: 4 };
  for (const [letter, last] of Object.entries(rules)) {
    for (let number = 1; number <= last; number++) {
      expect(text).toMatch(new RegExp(`\\b${letter}${number}\\b`));
    }
  }
});

test('the example is in order', () => {
  const example = /```yaml\n(apiVersion[\s\S]*?)```/.exec(text)?.[1] ?? '';
  const { policySet, problems } = parse(example);
  expect(problems).toEqual([]);
  expect(Object.values(policySet).map((documents) => documents.length)).toEqual([1, 1, 1, 1, 1]);
});
