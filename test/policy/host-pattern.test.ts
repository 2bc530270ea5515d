import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatHostPattern, hostMatches, parseHostPattern } from '../../src/policy/index.ts';

describe('what a clause may write (K4)', () => {
  test.each([
    ['api.example.com', 'exact', 'api.example.com'],
    ['API.Example.COM', 'exact', 'api.example.com'],
    ['*.example.com', 'one', 'example.com'],
    ['**.example.com', 'many', 'example.com'],
    ['_dmarc.my-host.example', 'exact', '_dmarc.my-host.example'],
    ['münchen.example', 'exact', 'xn--mnchen-3ya.example'],
    ['*.MÜNCHEN.example', 'one', 'xn--mnchen-3ya.example'],
    ['straße.example', 'exact', 'xn--strae-oqa.example'],
    ['xn--mnchen-3ya.example', 'exact', 'xn--mnchen-3ya.example'],
    ['例え。テスト', 'exact', 'xn--r8jz45g.xn--zckzah'],
    ['*.internal', 'one', 'internal'],
    ['**.corp', 'many', 'corp'],
    ['github.io', 'exact', 'github.io'],
    ['*.alice.github.io', 'one', 'alice.github.io'],
    ['**.city.kawasaki.jp', 'many', 'city.kawasaki.jp'],
    ['1.2.3.4.example', 'exact', '1.2.3.4.example'],
  ])('%s', (text, match, suffix) => {
    expect(parseHostPattern(text)).toEqual({ match, suffix });
  });

  test.each([
    ['', 'empty'],
    ['localhost', 'one-label'],
    ['example.com.', 'trailing-dot'],
    ['例え。テスト。', 'trailing-dot'],
    ['https://example.com', 'url'],
    ['example.com:443', 'url'],
    ['example.com/path', 'url'],
    ['user@example.com', 'url'],
    ['10.0.0.1', 'address'],
    ['１０.0.0.1', 'address'],
    ['1.2.3', 'address'],
    ['example.0x7f', 'address'],
    ['fd00::1', 'address'],
    ['[fd00::1]', 'address'],
    ['*', 'wildcard'],
    ['*.', 'wildcard'],
    ['*.*.example.com', 'wildcard'],
    ['***.example.com', 'wildcard'],
    ['a*.example.com', 'wildcard'],
    ['api.*.example.com', 'wildcard'],
    ['a..example.com', 'characters'],
    ['.example.com', 'characters'],
    ['a b.example.com', 'characters'],
    ['a%2eb.example.com', 'characters'],
    ['a\u0000.example.com', 'characters'],
    ['a\\b.example.com', 'characters'],
    ['\u200d\u200d.example', 'idn'],
    ['ا1a.example', 'idn'],
    [`${'a'.repeat(64)}.example`, 'label-length'],
    [`${'ü'.repeat(60)}.example`, 'label-length'],
    [`${'abcdefgh.'.repeat(28)}example`, 'length'],
    ['*.com', 'public-suffix'],
    ['**.co.uk', 'public-suffix'],
    ['*.github.io', 'public-suffix'],
    ['**.ck', 'public-suffix'],
    ['*.foo.ck', 'public-suffix'],
    ['**.kawasaki.jp', 'public-suffix'],
  ])('%j is refused: %s', (text, fault) => {
    expect(parseHostPattern(text)).toBe(fault);
  });
});

describe('which names match (K4)', () => {
  test.each([
    ['a.example.com', 'a.example.com', true],
    ['a.example.com', 'b.a.example.com', false],
    ['*.example.com', 'a.example.com', true],
    ['*.example.com', 'example.com', false],
    ['*.example.com', 'b.a.example.com', false],
    ['*.example.com', 'aexample.com', false],
    ['*.example.com', '.example.com', false],
    ['**.example.com', 'a.example.com', true],
    ['**.example.com', 'b.a.example.com', true],
    ['**.example.com', 'example.com', false],
    ['**.example.com', 'bad-example.com', false],
  ])('%s and %s: %s', (text, name, expected) => {
    const pattern = parseHostPattern(text);
    if (typeof pattern === 'string') throw new Error(pattern);
    expect(hostMatches(pattern, name)).toBe(expected);
  });

  const label = fc.stringMatching(/^[a-z0-9_-]{1,8}$/);
  const name = fc.array(label, { minLength: 1, maxLength: 5 });

  test('a wildcard counts labels, whatever they are', () => {
    fc.assert(
      fc.property(name, name, (more, base) => {
        const suffix = base.join('.');
        const full = [...more, ...base].join('.');
        expect(hostMatches({ match: 'many', suffix }, full)).toBe(true);
        expect(hostMatches({ match: 'one', suffix }, full)).toBe(more.length === 1);
        expect(hostMatches({ match: 'exact', suffix }, full)).toBe(false);
        expect(hostMatches({ match: 'exact', suffix }, suffix)).toBe(true);
        expect(hostMatches({ match: 'many', suffix }, suffix)).toBe(false);
      }),
    );
  });
});

test('what is read is written and read the same', () => {
  fc.assert(
    fc.property(fc.oneof(fc.domain(), fc.string({ unit: 'grapheme' })), (host) => {
      const pattern = parseHostPattern(`**.${host}`);
      if (typeof pattern === 'string') return;
      expect(parseHostPattern(formatHostPattern(pattern))).toEqual(pattern);
      expect(pattern.suffix).toMatch(/^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/);
    }),
  );
});
