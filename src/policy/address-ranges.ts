import { addressBits } from './address.ts';
import type { Cidr } from './cidr.ts';

/** A set of addresses, ready to be asked what it holds. */
export interface AddressRanges {
  readonly 4: readonly Range[];
  readonly 6: readonly Range[];
}

/** Both ends are included. */
interface Range {
  readonly first: bigint;
  readonly last: bigint;
}

/** The addresses of all the blocks. */
export function addressRanges(cidrs: readonly Cidr[]): AddressRanges {
  return { 4: rangesOf(cidrs, 4), 6: rangesOf(cidrs, 6) };
}

/** Whether every address of `cidr` that none of the blocks in `except` holds lies in the ranges. */
export function rangesCover(
  ranges: AddressRanges,
  cidr: Cidr,
  except: readonly Cidr[] = [],
): boolean {
  const { family } = cidr;
  const { first, last } = rangeOf(cidr);
  let next = first;
  for (const hole of rangesOf(except, family)) {
    if (hole.last < next || hole.first > last) continue;
    if (hole.first > next && !isInside(ranges[family], next, hole.first - 1n)) return false;
    next = hole.last + 1n;
  }
  return next > last || isInside(ranges[family], next, last);
}

/** In order, disjoint and not adjacent: what lies in all of them together lies in one. */
function rangesOf(cidrs: readonly Cidr[], family: 4 | 6): Range[] {
  const sorted = cidrs
    .filter((cidr) => cidr.family === family)
    .map(rangeOf)
    .sort((a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : 0));
  const merged: Range[] = [];
  for (const { first, last } of sorted) {
    const top = merged.at(-1);
    if (!top || first > top.last + 1n) merged.push({ first, last });
    else if (last > top.last) merged[merged.length - 1] = { first: top.first, last };
  }
  return merged;
}

function rangeOf({ family, value, length }: Cidr): Range {
  return { first: value, last: value + (1n << BigInt(addressBits[family] - length)) - 1n };
}

function isInside(ranges: readonly Range[], first: bigint, last: bigint): boolean {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ranges[middle]?.last ?? 0n) < first) low = middle + 1;
    else high = middle;
  }
  const range = ranges[low];
  return range !== undefined && range.first <= first && last <= range.last;
}
