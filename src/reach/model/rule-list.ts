import { type Box, type IntSet, mayMeet } from '../sets/index.ts';
import type { Rule } from './rule.ts';

/** Rules in order, box by box, with what is needed to pass over most of them at little cost. */
export class RuleList {
  readonly rules: readonly Rule[];
  /** Each box of each rule, in order. */
  readonly entries: readonly { readonly rule: Rule; readonly box: Box }[];
  readonly #first = new Map<Rule, number>();
  /** Least and greatest peer, traffic and server name of each entry. */
  readonly #hulls: Int32Array;

  constructor(rules: readonly Rule[]) {
    this.rules = rules;
    const entries: { rule: Rule; box: Box }[] = [];
    for (const rule of rules) {
      this.#first.set(rule, entries.length);
      for (const box of rule.boxes) entries.push({ rule, box });
    }
    this.entries = entries;
    this.#hulls = new Int32Array(entries.length * hullSize);
    for (const [i, { box }] of entries.entries()) this.#hulls.set(hullOf(box), i * hullSize);
  }

  get end(): number {
    return this.entries.length;
  }

  /** Index of the first entry of a rule. */
  firstOf(rule: Rule): number {
    return this.#first.get(rule) ?? this.end;
  }

  /** The next entry at or after an index that may have a point of the box; {@link end} if there is none. */
  nextThatMeets(box: Box, from: number, to: number): number {
    const [peer0, peer1, traffic0, traffic1, sni0, sni1] = hullOf(box);
    const hulls = this.#hulls;
    for (let i = from, k = from * hullSize; i < to; i++, k += hullSize) {
      if (
        (hulls[k] as number) < peer1 &&
        (hulls[k + 1] as number) > peer0 &&
        (hulls[k + 2] as number) < traffic1 &&
        (hulls[k + 3] as number) > traffic0 &&
        (hulls[k + 4] as number) < sni1 &&
        (hulls[k + 5] as number) > sni0 &&
        mayMeet(box, (this.entries[i] as { box: Box }).box)
      ) {
        return i;
      }
    }
    return to;
  }
}

const hullSize = 6;

function hullOf({ peer, traffic, sni }: Box): [number, number, number, number, number, number] {
  return [
    least(peer),
    greatest(peer),
    least(traffic),
    greatest(traffic),
    least(sni),
    greatest(sni),
  ];
}

function least(set: IntSet): number {
  return set[0] ?? 0;
}

/** One more than the greatest integer. */
function greatest(set: IntSet): number {
  return set[set.length - 1] ?? 0;
}
