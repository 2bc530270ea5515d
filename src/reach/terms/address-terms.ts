import { addressBits, formatCidr } from '../../policy/index.ts';
import { addressAt, lineEnd, type Position } from '../atoms/index.ts';
import type { AddressTerms } from '../region.ts';

type Range = readonly [start: Position, end: Position];

/** The fewest CIDRs that say a block: as it stands, and where an enclosing block is included already. */
interface Saying {
  readonly plain: { readonly include: readonly string[]; readonly except: readonly string[] };
  readonly holes: readonly string[];
}

const v6Start = 1n << 32n;
const nothing: Saying['plain'] = { include: [], except: [] };

/** @param ranges Ascending, not touching. */
export function addressTerms(ranges: readonly Range[]): AddressTerms {
  const v4 = say(ranges, 0n, v6Start);
  const v6 = say(ranges, v6Start, lineEnd);
  return {
    include: [...v4.plain.include, ...v6.plain.include],
    except: [...v4.plain.except, ...v6.plain.except],
  };
}

/** The fewest CIDRs that hold these addresses and no others. */
export function plainCidrs(ranges: readonly Range[]): string[] {
  return [...cut(ranges, 0n, v6Start), ...cut(ranges, v6Start, lineEnd)];
}

function cut(ranges: readonly Range[], start: Position, end: Position): string[] {
  const inside = within(ranges, start, end);
  const [first] = inside;
  if (!first) return [];
  if (first[0] <= start && first[1] >= end) return [blockText(start, end)];
  const middle = start + (end - start) / 2n;
  return [...cut(inside, start, middle), ...cut(inside, middle, end)];
}

function say(ranges: readonly Range[], start: Position, end: Position): Saying {
  const inside = within(ranges, start, end);
  if (inside.length === 0) return { plain: nothing, holes: [blockText(start, end)] };
  const [first] = inside;
  if (first && first[0] <= start && first[1] >= end) {
    return { plain: { include: [blockText(start, end)], except: [] }, holes: [] };
  }
  const middle = start + (end - start) / 2n;
  const lower = say(inside, start, middle);
  const upper = say(inside, middle, end);
  const holes = [...lower.holes, ...upper.holes];
  const apart = {
    include: [...lower.plain.include, ...upper.plain.include],
    except: [...lower.plain.except, ...upper.plain.except],
  };
  const isShorter = 1 + holes.length < apart.include.length + apart.except.length;
  return {
    plain: isShorter ? { include: [blockText(start, end)], except: holes } : apart,
    holes,
  };
}

/** Those that have an address in the block; the list is ascending. */
function within(ranges: readonly Range[], start: Position, end: Position): readonly Range[] {
  const first = firstIndex(ranges, (range) => range[1] > start);
  const last = firstIndex(ranges, (range) => range[0] >= end);
  return ranges.slice(first, last);
}

function firstIndex(ranges: readonly Range[], holds: (range: Range) => boolean): number {
  let [low, high] = [0, ranges.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(ranges[middle] as Range)) high = middle;
    else low = middle + 1;
  }
  return low;
}

function blockText(start: Position, end: Position): string {
  const address = addressAt(start);
  const hostBits = (end - start).toString(2).length - 1;
  return formatCidr({ ...address, length: addressBits[address.family] - hostBits });
}
