import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  addressRanges,
  type Cidr,
  cidrHolds,
  hostCidr,
  parseCidr,
  rangesCover,
} from '../../src/policy/index.ts';

const cidrs = (...texts: string[]) => texts.map((text) => parseCidr(text) as Cidr);
const cover = (blocks: string[], cidr: string, except: string[] = []) =>
  rangesCover(addressRanges(cidrs(...blocks)), parseCidr(cidr) as Cidr, cidrs(...except));

test.each<[string[], string, string[], boolean]>([
  [['10.0.0.0/8'], '10.1.0.0/16', [], true],
  [['10.0.0.0/9', '10.128.0.0/9'], '10.0.0.0/8', [], true],
  [['10.0.0.0/9', '10.128.0.0/10', '10.192.0.0/11'], '10.0.0.0/8', [], false],
  [['10.0.0.0/9', '10.128.0.0/10', '10.192.0.0/11'], '10.0.0.0/8', ['10.224.0.0/11'], true],
  [['10.0.0.0/8'], '0.0.0.0/0', ['0.0.0.0/5', '8.0.0.0/7', '11.0.0.0/8'], false],
  [[], '10.0.0.0/8', ['10.0.0.0/9', '10.128.0.0/9'], true],
  [[], '10.0.0.0/32', [], false],
  [['0.0.0.0/0'], '::/0', [], false],
  [['::/1', '8000::/1'], '::/0', [], true],
  [['255.255.255.255/32'], '255.255.255.255/32', [], true],
])('%j cover %s without %j: %s', (blocks, cidr, except, expected) => {
  expect(cover(blocks, cidr, except)).toBe(expected);
});

/** Blocks among the 64 addresses of 192.0.2.0/26. */
const block = fc.tuple(fc.nat(63), fc.integer({ min: 26, max: 32 })).map(([host, length]): Cidr => {
  const value = (0xc0000200n + BigInt(host)) >> BigInt(32 - length);
  return { family: 4, value: value << BigInt(32 - length), length };
});

test('it covers a block if it holds each of its addresses', () => {
  fc.assert(
    fc.property(
      fc.array(block),
      block,
      fc.array(block, { maxLength: 3 }),
      (blocks, cidr, except) => {
        const addresses = Array.from({ length: 64 }, (_, host) => 0xc0000200n + BigInt(host))
          .map((value) => hostCidr({ family: 4, value }))
          .filter((one) => cidrHolds(cidr, one) && !except.some((hole) => cidrHolds(hole, one)));
        const expected = addresses.every((one) => blocks.some((held) => cidrHolds(held, one)));
        expect(rangesCover(addressRanges(blocks), cidr, except)).toBe(expected);
      },
    ),
    { numRuns: 1000 },
  );
});
