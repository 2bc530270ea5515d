import { type Address, addressBits, type Cidr, parseCidr } from '../../policy/index.ts';
import { type IntSet, interval, subtract, unionOf } from '../sets/index.ts';

/** IPv4 and then IPv6 on one line, as big as addresses are. */
export type Position = bigint;

const v6Start = 1n << 32n;
export const lineEnd: Position = v6Start + (1n << 128n);

export function positionOf({ family, value }: Address): Position {
  return family === 4 ? value : v6Start + value;
}

export function addressAt(position: Position): Address {
  return position < v6Start
    ? { family: 4, value: position }
    : { family: 6, value: position - v6Start };
}

/** [start, end) */
export function positionsOf(cidr: Cidr): [start: Position, end: Position] {
  const start = positionOf(cidr);
  return [start, start + (1n << BigInt(addressBits[cidr.family] - cidr.length))];
}

const parsed = new Map<string, Cidr>();
/** Rules repeat the same blocks, before and after; what is kept of them must not grow for ever. */
const mostParsed = 200_000;

/** @throws {TypeError} if the text is no CIDR: not a RuleSet that compile or parseRuleSet returned. */
export function cidrOf(text: string): Cidr {
  const known = parsed.get(text);
  if (known) return known;
  const cidr = parseCidr(text.includes('/') ? text : `${text}/${text.includes(':') ? 128 : 32}`);
  if (typeof cidr === 'string') throw new TypeError(`${text} is no CIDR`);
  if (parsed.size >= mostParsed) parsed.clear();
  parsed.set(text, cidr);
  return cidr;
}

/** All addresses, cut at the ends of the blocks in use: a piece is an integer. */
export class AddressLine {
  readonly #cuts: readonly Position[];
  readonly #sets = new Map<string, IntSet>();
  readonly v4: IntSet;
  readonly v6: IntSet;

  /** @param texts CIDRs and addresses that are told apart. */
  constructor(texts: Iterable<string>, ranges: Iterable<readonly [Position, Position]> = []) {
    const cuts = new Set<Position>([0n, v6Start, lineEnd]);
    for (const text of texts) for (const cut of positionsOf(cidrOf(text))) cuts.add(cut);
    for (const [start, end] of ranges) cuts.add(start).add(end);
    this.#cuts = [...cuts].sort((a, b) => (a < b ? -1 : 1));
    const middle = this.#indexOf(v6Start);
    this.v4 = interval(0, middle);
    this.v6 = interval(middle, this.size);
  }

  /** Number of pieces; that integer itself stands for an address that is not known. */
  get size(): number {
    return this.#cuts.length - 1;
  }

  /** All addresses, and the unknown one. */
  get everything(): IntSet {
    return interval(0, this.size + 1);
  }

  get unknown(): IntSet {
    return interval(this.size, this.size + 1);
  }

  /** Pieces of a block that the line was made with. */
  cidr(text: string): IntSet {
    const known = this.#sets.get(text);
    if (known) return known;
    const set = this.range(positionsOf(cidrOf(text)));
    this.#sets.set(text, set);
    return set;
  }

  range([start, end]: readonly [Position, Position]): IntSet {
    return interval(this.#indexOf(start), this.#indexOf(end));
  }

  block(cidr: string, except: readonly string[]): IntSet {
    if (except.length === 0) return this.cidr(cidr);
    return subtract(this.cidr(cidr), unionOf(except.map((hole) => this.cidr(hole))));
  }

  /** The addresses of a set, as ranges that do not touch. */
  rangesOf(set: IntSet): [start: Position, end: Position][] {
    const ranges: [Position, Position][] = [];
    for (let i = 0; i < set.length; i += 2) {
      const end = Math.min(set[i + 1] as number, this.size);
      const start = set[i] as number;
      if (start < end) ranges.push([this.#cuts[start] as Position, this.#cuts[end] as Position]);
    }
    return ranges;
  }

  #indexOf(position: Position): number {
    let [low, high] = [0, this.#cuts.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#cuts[middle] as Position) < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
