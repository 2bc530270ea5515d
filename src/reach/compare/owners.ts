import type { Address } from '../../policy/index.ts';
import {
  type AddressLine,
  cidrOf,
  lineEnd,
  type Position,
  positionOf,
  positionsOf,
} from '../atoms/index.ts';
import { mayRegister, type Party } from '../model/index.ts';
import type { IntSet } from '../sets/index.ts';
import { unionOf } from '../sets/index.ts';

type Range = readonly [start: Position, end: Position];
export type Parties = ReadonlyMap<string, Party>;

/** The agents of an address before and after; null: none. */
export interface Ownership {
  readonly before: string | null;
  readonly after: string | null;
}

/** The addresses of one ownership. */
export interface Holding extends Ownership {
  /** By the agents’ CIDRs, ascending. */
  readonly ranges: readonly Range[];
  /** Whether any address that no CIDR holds can be among them too, by registration (or by belonging to nobody). */
  readonly isOpen: boolean;
  /** Addresses that have another ownership; they matter only where {@link isOpen}. */
  readonly excluded: readonly Range[];
}

interface Stretch extends Ownership {
  readonly range: Range;
}

/** Never the other side of a flow: IPv4-mapped addresses are malformed, NAT64 ones stand for the IPv4 address inside (rule D11). */
const special: readonly Range[] = [0xffffn << 32n, 0x64ff9bn << 96n].map((value): Range => {
  const start = positionOf({ family: 6, value });
  return [start, start + (1n << 32n)];
});

/** Every address, whoever owns it. */
export const anywhere: Holding = {
  before: null,
  after: null,
  ranges: [],
  isOpen: true,
  excluded: special,
};

/** Who owns which addresses, before and after. */
export class Owners {
  readonly #stretches: readonly Stretch[];
  readonly #parties: { readonly before: Parties; readonly after: Parties };
  readonly #holdings = new Map<string, Holding>();
  #moved: readonly Holding[] | undefined;

  constructor(before: Parties, after: Parties) {
    this.#parties = { before, after };
    this.#stretches = stretchesOf(before, after);
  }

  /** Addresses of no agent, neither before nor after. */
  get nobody(): Holding {
    return this.holding({ before: null, after: null });
  }

  /** Every ownership that differs before and after and that some address has. */
  get moved(): readonly Holding[] {
    this.#moved ??= this.#findMoved();
    return this.#moved;
  }

  #findMoved(): Holding[] {
    const pairs = new Map<string, Ownership>();
    for (const { before, after } of this.#stretches) {
      if (before !== after) pairs.set(JSON.stringify([before, after]), { before, after });
    }
    const { before, after } = this.#parties;
    for (const name of new Set([...before.keys(), ...after.keys()])) {
      const [registers, registered] = [canRegister(after, name), canRegister(before, name)];
      if (registers === registered) continue;
      const pair = { before: registered ? name : null, after: registers ? name : null };
      pairs.set(JSON.stringify([pair.before, pair.after]), pair);
    }
    return [...pairs.values()].map((pair) => this.holding(pair));
  }

  /** The agent whose CIDRs hold an address after; null: none’s. */
  ownerOf(address: Address): string | null {
    const position = positionOf(address);
    const here = this.#stretches.find(
      ({ range: [start, end] }) => start <= position && position < end,
    );
    return here?.after ?? null;
  }

  /** Addresses that are the agent’s, before and after. */
  kept(agent: string): Holding {
    return this.holding({ before: agent, after: agent });
  }

  /** Addresses of an agent that is on one side only. */
  only(agent: string, canRegister: boolean): Holding {
    const isOwn = (one: Stretch) => one.before === agent || one.after === agent;
    return { before: agent, after: agent, isOpen: canRegister, ...this.#split(isOwn, canRegister) };
  }

  holding({ before, after }: Ownership): Holding {
    const key = JSON.stringify([before, after]);
    const known = this.#holdings.get(key);
    if (known) return known;
    const { before: old, after: now } = this.#parties;
    // A workload that is registered with an agent is its own where no CIDR says otherwise.
    const registered = before ?? after;
    const fits = (owner: string | null, wanted: string | null, parties: Parties) =>
      owner === wanted ||
      (owner === null && wanted !== null && wanted === registered && canRegister(parties, wanted));
    const isOpen = fits(null, before, old) && fits(null, after, now);
    const inside = (one: Stretch) => fits(one.before, before, old) && fits(one.after, after, now);
    const holding = { before, after, isOpen, ...this.#split(inside, isOpen) };
    this.#holdings.set(key, holding);
    return holding;
  }

  #split(inside: (one: Stretch) => boolean, isOpen: boolean): Pick<Holding, 'ranges' | 'excluded'> {
    const ranges = this.#stretches.filter(inside).map(({ range }) => range);
    if (!isOpen) return { ranges, excluded: special };
    const others = this.#stretches.filter((one) => !inside(one)).map(({ range }) => range);
    return { ranges, excluded: merged([...others, ...special]) };
  }
}

/** Pieces of the line that a holding may have; those that it has not lie in {@link Holding.excluded}. */
export function piecesOf({ isOpen, ranges }: Holding, line: AddressLine): IntSet {
  return isOpen ? [0, line.size] : unionOf(ranges.map((range) => line.range(range)));
}

/** Whether some address of the pieces is one of the holding. */
export function hasAddress(holding: Holding, line: AddressLine, pieces: IntSet): boolean {
  if (pieces.length > 0 && (pieces[pieces.length - 1] as number) > line.size) return true;
  return line.rangesOf(pieces).some((range) => !isCovered(range, holding.excluded));
}

function canRegister(parties: Parties, agent: string): boolean {
  const party = parties.get(agent);
  return party !== undefined && mayRegister(party);
}

function stretchesOf(before: Parties, after: Parties): Stretch[] {
  const blocks = [...blocksOf(before, 'before'), ...blocksOf(after, 'after')];
  const cuts = blocks.flatMap(({ range, ...rest }) => [
    { at: range[0], opens: true, ...rest },
    { at: range[1], opens: false, ...rest },
  ]);
  // Blocks of one side do not overlap (rule K10); one that ends makes room for one that begins there.
  cuts.sort((a, b) => (a.at !== b.at ? (a.at < b.at ? -1 : 1) : Number(a.opens) - Number(b.opens)));
  const stretches: Stretch[] = [];
  const current: { before: string | null; after: string | null } = { before: null, after: null };
  let start: Position = 0n;
  for (const { at, opens, side, agent } of cuts) {
    if (start < at && (current.before !== null || current.after !== null)) {
      stretches.push({ range: [start, at], ...current });
    }
    start = at;
    current[side] = opens ? agent : null;
  }
  return stretches;
}

function blocksOf(parties: Parties, side: 'before' | 'after') {
  return [...parties.values()].flatMap(({ agent }) =>
    agent.sources.map((text) => ({ range: positionsOf(cidrOf(text)), side, agent: agent.name })),
  );
}

function merged(ranges: readonly Range[]): Range[] {
  const sorted = ranges.toSorted((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0));
  const result: [Position, Position][] = [];
  for (const [start, end] of sorted) {
    const last = result.at(-1);
    if (last && start <= last[1]) {
      if (end > last[1]) last[1] = end;
    } else result.push([start, end]);
  }
  return result;
}

function isCovered([start, end]: Range, ranges: readonly Range[]): boolean {
  let [low, high] = [0, ranges.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ranges[middle]?.[1] ?? lineEnd) <= start) low = middle + 1;
    else high = middle;
  }
  const candidate = ranges[low];
  return candidate !== undefined && candidate[0] <= start && candidate[1] >= end;
}
