import { addressBits, formatCidr } from '../../policy/index.ts';
import { addressAt, lineEnd, type Position } from '../atoms/index.ts';
import type { AddressTerms } from '../region.ts';

type Range = readonly [start: Position, end: Position];

/** Blocks, put together without copying: most of what is weighed is not said. */
type Blocks =
  | undefined
  | { readonly count: number; readonly parts: Range | readonly [Blocks, Blocks] };

/** The fewest blocks that say a block: as it stands, and where an enclosing block is included already. */
interface Saying {
  readonly include: Blocks;
  readonly except: Blocks;
  readonly holes: Blocks;
}

const v6Start = 1n << 32n;

/**
 * @param ranges Ascending, not touching.
 * @param ignored Alike, and none of them in `ranges`: addresses that may be said or not, whichever is shorter.
 */
export function addressTerms(
  ranges: readonly Range[],
  ignored: readonly Range[] = [],
): AddressTerms {
  const covered = ignored.length === 0 ? ranges : joinedRanges([...ranges, ...ignored]);
  const families = [say(ranges, covered, 0n, v6Start), say(ranges, covered, v6Start, lineEnd)];
  return {
    include: families.flatMap(({ include }) => texts(include)),
    except: families.flatMap(({ except }) => texts(except)),
  };
}

/** The fewest CIDRs that hold these addresses and no others. */
export function plainCidrs(ranges: readonly Range[]): string[] {
  return [...cut(ranges, 0n, v6Start), ...cut(ranges, v6Start, lineEnd)].map(blockText);
}

function cut(ranges: readonly Range[], start: Position, end: Position): Range[] {
  const inside = within(ranges, start, end);
  if (inside.length === 0) return [];
  if (holdsAll(inside, start, end)) return [[start, end]];
  const middle = start + (end - start) / 2n;
  return [...cut(inside, start, middle), ...cut(inside, middle, end)];
}

function say(
  ranges: readonly Range[],
  covered: readonly Range[],
  start: Position,
  end: Position,
): Saying {
  const here = within(covered, start, end);
  const isWhole = holdsAll(here, start, end);
  const inside = within(ranges, start, end);
  if (inside.length === 0) {
    return {
      include: undefined,
      except: undefined,
      holes: isWhole ? undefined : block(start, end),
    };
  }
  if (isWhole) return { include: block(start, end), except: undefined, holes: undefined };
  const middle = start + (end - start) / 2n;
  const lower = say(inside, here, start, middle);
  const upper = say(inside, here, middle, end);
  const holes = both(lower.holes, upper.holes);
  const include = both(lower.include, upper.include);
  const except = both(lower.except, upper.except);
  const isShorter = 1 + count(holes) < count(include) + count(except);
  return isShorter
    ? { include: block(start, end), except: holes, holes }
    : { include, except, holes };
}

/** Those that have an address in the block; the list is ascending. */
function within(ranges: readonly Range[], start: Position, end: Position): readonly Range[] {
  const first = firstIndex(ranges, (range) => range[1] > start);
  const last = firstIndex(ranges, (range) => range[0] >= end);
  return first === 0 && last === ranges.length ? ranges : ranges.slice(first, last);
}

function holdsAll([first]: readonly Range[], start: Position, end: Position): boolean {
  return first !== undefined && first[0] <= start && first[1] >= end;
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

function joinedRanges(ranges: readonly Range[]): Range[] {
  const joined: [Position, Position][] = [];
  for (const [start, end] of ranges.toSorted((a, b) => (a[0] < b[0] ? -1 : 1))) {
    const last = joined.at(-1);
    if (last && last[1] >= start) {
      if (end > last[1]) last[1] = end;
    } else joined.push([start, end]);
  }
  return joined;
}

function block(start: Position, end: Position): Blocks {
  return { count: 1, parts: [start, end] };
}

function both(a: Blocks, b: Blocks): Blocks {
  if (!a || !b) return a ?? b;
  return { count: a.count + b.count, parts: [a, b] };
}

function count(blocks: Blocks): number {
  return blocks?.count ?? 0;
}

function texts(blocks: Blocks): string[] {
  if (!blocks) return [];
  const [first, second] = blocks.parts;
  return typeof first === 'bigint' && typeof second === 'bigint'
    ? [blockText([first, second])]
    : [...texts(first as Blocks), ...texts(second as Blocks)];
}

function blockText([start, end]: Range): string {
  const address = addressAt(start);
  const hostBits = (end - start).toString(2).length - 1;
  return formatCidr({ ...address, length: addressBits[address.family] - hostBits });
}
