import { type Cidr, cidrHolds, compareCidrs, networkOf } from '../policy/index.ts';

/** The same addresses as the fewest blocks, sorted: none inside another, no two halves of a wider one. */
export function canonicalCidrs(cidrs: readonly Cidr[]): Cidr[] {
  const kept: Cidr[] = [];
  for (const cidr of cidrs.toSorted(compareCidrs)) {
    const last = kept.at(-1);
    if (!last || !cidrHolds(last, cidr)) joinHalves(kept, cidr);
  }
  return kept;
}

/** Adds a block; joining two halves can make the half of a block that is wider still. */
function joinHalves(kept: Cidr[], added: Cidr): void {
  let cidr = added;
  for (let last = kept.at(-1); last && areHalves(last, cidr); last = kept.at(-1)) {
    kept.pop();
    cidr = { ...last, length: last.length - 1 };
  }
  kept.push(cidr);
}

function areHalves(lower: Cidr, upper: Cidr): boolean {
  if (lower.family !== upper.family || lower.length !== upper.length) return false;
  if (lower.length === 0 || lower.value === upper.value) return false;
  const whole = { ...lower, length: lower.length - 1 };
  return networkOf(whole) === lower.value && cidrHolds(whole, upper);
}
