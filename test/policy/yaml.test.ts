import { describe, expect, test } from 'vitest';
import { emptyPolicySet, limits } from '../../src/policy/index.ts';
import { agent, codes, parse, placeOf, places } from './samples.ts';

const sound = agent('sound', 'workloads: {cidrs: [10.0.0.1/32]}');

describe('what is read (F1)', () => {
  test.each([
    ['a byte-order mark', `\ufeff${sound}`],
    ['a byte-order mark in bytes', new TextEncoder().encode(`\ufeff${sound}`)],
    ['CRLF line ends', sound.replaceAll('\n', '\r\n')],
    ['an end marker', `${sound}...\n`],
    ['%YAML 1.2', `%YAML 1.2\n---\n${sound}`],
    ['tags of the core schema', sound.replace('1.0.0', '!!str 1.0.0')],
    ['the alias of a key', sound.replace('version: 1.0.0', 'version: 1.0.0, &o owner: *o')],
    ['aliases', sound.replace('version: 1.0.0', 'version: &v 1.0.0, owner: *v')],
  ])('%s', (_, text) => {
    const { problems, policySet } = parse(text);
    expect(problems).toEqual([]);
    expect(policySet.agents).toHaveLength(1);
  });

  test.each([
    ['an empty file', ''],
    ['comments only', '# nothing here\n'],
    ['empty documents', '---\n---\n# still nothing\n---\n'],
  ])('%s holds no documents', (_, text) => {
    expect(parse(text)).toEqual({ policySet: emptyPolicySet, problems: [] });
  });

  test('the first line counts as line 1 after a byte-order mark', () => {
    expect(places('\ufeffx: 1')).toEqual(['SP203 1:1']);
  });
});

describe('what is refused (F2)', () => {
  test.each([
    ['SP107', 'a: 1\nb: 2\n"a": 3', '"a"'],
    ['SP108', 'a: &x {b: 1}\nc: {<<: *x}', '<<'],
    ['SP109', 'a:\n  7: x', '7'],
    ['SP109', '? [a]\n: x', '[a]'],
    ['SP106', 'a: !secret x', '!secret'],
    ['SP106', 'a: !!binary aGk=', '!!binary'],
    ['SP106', 'a: !<tag:example.com,2000:x> y', '!<'],
    ['SP106', '%TAG ! tag:example.com,2000:\n---\na: 1', '%TAG'],
    ['SP110', '%YAML 1.1\n---\na: yes', '%YAML'],
    ['SP103', 'a: "never closed', '"never'],
    ['SP103', 'a: *nowhere', '*nowhere'],
    ['SP103', 'a: &x &y 1', '&y'],
    ['SP105', 'a: &x [*x]', '*x'],
  ])('%s: %j', (code, text, at) => {
    const expected = placeOf(code, text, at);
    // The parser reports an open quote where the text ends.
    const line = (place: string) => place.split(':')[0];
    expect(places(text).map(line)).toContain(line(expected));
    if (!text.includes('never')) expect(places(text)).toEqual([expected]);
  });

  test.each([']\n', '}', '...\n]\n'])(
    'what has stray %j after it is not taken for whole',
    (stray) => {
      expect(codes(sound + stray)).toEqual(['SP103']);
      expect(parse(sound + stray).policySet.agents).toEqual([]);
    },
  );

  test('a quoted `<<` is a key like any other', () => {
    expect(codes('"<<": 1')).toEqual(['SP203']);
  });

  test.each([33, 5000])(
    '%i nested collections, and the documents around are still read',
    (depth) => {
      const deep = '['.repeat(depth) + ']'.repeat(depth);
      const { problems, policySet } = parse(`${sound}---\na: ${deep}\n--- \n- 1\n`);
      expect(problems.map(({ code, line }) => `${code} ${line}`)).toEqual(['SP104 7', 'SP201 9']);
      expect(policySet.agents).toHaveLength(1);
    },
  );

  test('32 nested collections are in order', () => {
    expect(codes('['.repeat(32) + ']'.repeat(32))).toEqual(['SP201']);
  });

  test('nesting is counted through aliases', () => {
    const half = (inner: string) => '['.repeat(20) + inner + ']'.repeat(20);
    expect(codes(`- &x ${half('')}\n- ${half('*x')}`)).toEqual(['SP104']);
  });

  test('100 alias expansions pass, 101 do not, and those inside an expansion count', () => {
    const listOf = (n: number) => `- &x 1\n- [${'*x, '.repeat(n)}]`;
    expect(codes(listOf(100))).toEqual(['SP201']);
    expect(codes(listOf(101))).toEqual(['SP105']);
    const squared = `- &x 1\n- &y [${'*x, '.repeat(11)}]\n- [${'*y, '.repeat(9)}]`;
    expect(codes(squared)).toEqual(['SP105']);
  });

  test('an alias means the anchor that stood when it was read', () => {
    const text = agent('a', 'workloads: {cidrs: [&x 10.0.0.1/32, &x 10.0.0.2/32, *x]}');
    expect(
      parse(text).policySet.agents[0]?.workloads.cidrs.map(({ value }) => Number(value & 255n)),
    ).toEqual([1, 2, 2]);
  });

  test('1 MiB is read, one byte more is not', () => {
    const pad = (bytes: number) => `${sound}#${' '.repeat(bytes - sound.length - 1)}`;
    expect(codes(pad(limits.fileBytes))).toEqual([]);
    expect(codes(pad(limits.fileBytes + 1))).toEqual(['SP102']);
    expect(codes(`#${'é'.repeat(limits.fileBytes / 2)}`)).toEqual(['SP102']);
  });

  test('invalid UTF-8 is found where it stands', () => {
    const text = new TextEncoder().encode('a: 1\nb: é');
    const broken = Uint8Array.from([...text.slice(0, -1), 0x28]);
    expect(places(broken)).toEqual(['SP101 2:4']);
  });
});

describe('YAML 1.2 values', () => {
  test.each(['*.example.com', '**.example.com'])(
    'the pattern %s without quotes is explained',
    (host) => {
      const [problem] = parse(`to:\n  host: ${host}\n`).problems;
      expect(problem).toMatchObject({
        code: 'SP103',
        line: 2,
        remedy: `put the pattern in quotes: "${host}"`,
      });
    },
  );

  test('`no`, `on` and 1:30 are text', () => {
    const text = agent('no', 'workloads: {cidrs: [10.0.0.1/32]}', ', owner: on, labels: {a: 1:30}');
    expect(parse(text).policySet.agents[0]?.metadata).toMatchObject({
      name: 'no',
      owner: 'on',
      labels: { a: '1:30' },
    });
  });

  test('a number where text belongs is to be quoted', () => {
    const text = agent('a', 'workloads: {cidrs: [10.0.0.1/32]}').replace('1.0.0', '1.10');
    expect(parse(text).problems).toMatchObject([
      {
        code: 'SP210',
        message: expect.stringContaining('1.10'),
        remedy: 'put it in quotes: "1.10"',
      },
    ]);
  });
});

describe('files that are made to cost time or memory', () => {
  const mebibyte = 1024 * 1024;
  test.each([
    ['open brackets', '['],
    ['open maps', '{a: '],
    ['nested lists', '- '],
    ['explicit keys', '? '],
    ['closing brackets', ']'],
    ['tags', '- !a b\n'],
    ['anchors', '&a '],
    ['documents', '--- a\n'],
    ['directives', '%\n'],
    ['one key', 'a: 1\n'],
  ])('a mebibyte of %s ends in few problems', (_, unit) => {
    const { problems } = parse(unit.repeat(mebibyte / unit.length));
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.length).toBeLessThanOrEqual(limits.problems + 1);
  });

  test('a hundred thousand different keys', () => {
    const keys = Array.from({ length: 80_000 }, (_, i) => `k${i}: 1\n`).join('');
    expect(codes(keys)).toEqual(['SP203']);
  });

  test('aliases of aliases', () => {
    const levels = 'bcdefghi'
      .split('')
      .map((name, i) => `${name}: &${name} [${`*${'abcdefghi'[i]}, `.repeat(9)}]\n`);
    expect(codes(`a: &a [1]\n${levels.join('')}`)).toEqual(['SP105']);
  });
}, 60_000);
