import { expect, test } from 'vitest';
import { formatProblem, harmlessJson, harmlessText, type Problem } from '../../src/policy/index.ts';

const problem: Problem = {
  file: 'team/a.yaml',
  line: 2,
  column: 5,
  code: 'SP208',
  severity: 'error',
  message: 'unknown field `moed`',
  remedy: 'did you mean `mode`?',
};

test('a problem reads like a compiler’s, with a caret under the place', () => {
  expect(formatProblem(problem, { text: 'spec:\n    moed: audit\n' })).toBe(
    [
      'team/a.yaml:2:5: error SP208: unknown field `moed`',
      '  2 |     moed: audit',
      '    |     ^',
      '  remedy: did you mean `mode`?',
    ].join('\n'),
  );
});

test('without the text of the file there is no excerpt', () => {
  expect(formatProblem(problem).split('\n')).toHaveLength(2);
  expect(formatProblem(problem, { text: 'one line only' }).split('\n')).toHaveLength(2);
});

test.each([
  ['a tab', '\t\tx: moed', 6],
  ['wide characters', 'x: "日本", moed', 10],
  ['a combining mark', 'e\u0301: moed', 5],
  ['an escape', '\u001b: moed', 4],
])('the caret stands under the place after %s', (_, text, column) => {
  const [, line, caret] = formatProblem({ ...problem, line: 1, column }, { text }).split('\n');
  const wide = line?.match(/[日本]/g)?.length ?? 0;
  const marks = line?.match(/\u0301/g)?.length ?? 0;
  expect(caret?.indexOf('^')).toBe((line?.indexOf('moed') ?? 0) + wide - marks);
});

test('of a very long line the part around the place is shown', () => {
  const text = `${'a'.repeat(5000)}HERE${'b'.repeat(5000)}`;
  const [, line = '', caret = ''] = formatProblem(
    { ...problem, line: 1, column: 5001 },
    { text },
  ).split('\n');
  expect(line.length).toBeLessThan(140);
  expect(line.slice(caret.indexOf('^'))).toMatch(/^HEREb+…$/);
});

test('nothing from a policy reaches the terminal as a control', () => {
  const hostile = 'a\u001b[2Jb\u009b31mc\u202ed\u200be\u2028f\ud800g\u{e0041}h\ri\u0007';
  const shown = formatProblem(
    { ...problem, file: `${hostile}.yaml`, message: hostile, remedy: hostile },
    { text: `x\n${hostile}` },
  );
  expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\u2028](?<!\n)/u);
  expect(shown).toContain('\\u{1b}[2J');
  expect(harmlessText('grüße, 日本')).toBe('grüße, 日本');
});

test('harmless JSON reads back as the same value', () => {
  const value = { key: 'a\u001b\u009b\u202e\u{e0041}\ud800 "\\u" ü', list: [1, null] };
  expect(JSON.parse(harmlessJson(value, 2))).toEqual(value);
  expect(harmlessJson(value, 2)).not.toMatch(/[\u007f-\u009f\u202e]/);
});
