import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Cidr, cidrHolds, formatCidr, networkOf } from '../../src/policy/index.ts';
import { canonicalCidrs } from '../../src/rules/canonical-cidrs.ts';

/** Blocks within 16 addresses, so that every address can be looked at. */
const block = fc
  .record({ low: fc.integer({ min: 0, max: 15 }), length: fc.integer({ min: 28, max: 32 }) })
  .map(({ low, length }): Cidr => {
    const cidr = { family: 4 as const, value: 0x0a000000n + BigInt(low), length };
    return { ...cidr, value: networkOf(cidr) };
  });

function addressesOf(cidrs: readonly Cidr[]): bigint[] {
  const all = Array.from({ length: 18 }, (_, i) => 0x09ffffffn + BigInt(i));
  return all.filter((value) => cidrs.some((cidr) => cidrHolds(cidr, { family: 4, value })));
}

it('holds the same addresses, and equal addresses have one form', () => {
  const lists = fc.array(block, { maxLength: 8 });
  fc.assert(
    fc.property(lists, lists, (one, other) => {
      const canonical = canonicalCidrs(one);
      expect(addressesOf(canonical)).toEqual(addressesOf(one));
      const same = addressesOf(one).join() === addressesOf(other).join();
      const alike =
        canonical.map(formatCidr).join() === canonicalCidrs(other).map(formatCidr).join();
      expect(alike).toBe(same);
    }),
    { numRuns: 500 },
  );
});

it('joins halves of all addresses, and no further', () => {
  const halves = [0n, 1n << 31n].map((value): Cidr => ({ family: 4, value, length: 1 }));
  expect(canonicalCidrs(halves).map(formatCidr)).toEqual(['0.0.0.0/0']);
});
