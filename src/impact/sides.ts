import type { Address } from '../policy/index.ts';
import { type RuleSet, unwrapNat64 } from '../rules/index.ts';
import { type SentFlow, type Side, sideOf } from './side.ts';

/** The rules before and after a change. */
export class Sides {
  readonly before: Side;
  readonly after: Side;
  readonly #alike = new Map<string, boolean>();

  constructor(before: RuleSet, after: RuleSet) {
    this.before = sideOf(before);
    this.after = sideOf(after);
  }

  /** The agent that an address belongs to, before or else after. */
  ownerOf(address: Address): string | undefined {
    return this.before.ownerOf(address) ?? this.after.ownerOf(address);
  }

  /** Whether all that bears on a flow is the same before and after, so that its verdict is too, whatever it was. */
  areAlikeFor({ src, dst, claimed }: SentFlow): boolean {
    const destination = unwrapNat64(dst);
    return this.#isSame(src, claimed) && this.#isSame(destination);
  }

  #isSame(address: Address, claimed?: string): boolean {
    const owner = this.before.ownerOf(address);
    if (owner !== this.after.ownerOf(address)) return false;
    const agent = claimed ?? owner;
    return agent === undefined || this.#areAlike(agent);
  }

  #areAlike(agent: string): boolean {
    const known = this.#alike.get(agent);
    if (known !== undefined) return known;
    const areAlike = this.before.rulesOf(agent) === this.after.rulesOf(agent);
    this.#alike.set(agent, areAlike);
    return areAlike;
  }
}
