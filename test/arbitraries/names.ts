import fc from 'fast-check';
import type { HostPattern } from '../../src/policy/index.ts';

/** The apex, one and two labels under it, and a name that only looks alike. */
export function namesAround({ suffix }: HostPattern): fc.Arbitrary<string> {
  return fc.constantFrom(
    suffix,
    `api.${suffix}`,
    `a.${suffix}`,
    `b.a.${suffix}`,
    `evil${suffix}`,
    `${suffix}.evil.net`,
  );
}
