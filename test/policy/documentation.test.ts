import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { problemCodes } from '../../src/policy/index.ts';
import { laterFields, laterKinds, laterProtocols } from '../../src/policy/schema/index.ts';
import { reasons } from '../../src/rules/index.ts';
import { parse } from './samples.ts';

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

test('everything that is refused by name is in the table of what later versions add', () => {
  const refused = table('What later versions add')
    .map(([first]) => first)
    .join('\n');
  const names = [
    ...laterFields.map(({ field }) => field),
    ...Object.keys(laterKinds),
    ...Object.keys(laterProtocols),
  ];
  for (const name of names) expect(refused).toMatch(new RegExp(`[\`.]${name}\``));
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
  expect(policySet.agents).toHaveLength(1);
  expect(policySet.guardrails).toHaveLength(1);
});
