/** Events may be this many changes older than what is known now. */
const CHANGES_KEPT = 4;
const MOST_ADDRESSES = 65_536;

interface Change {
  /** The first generation that knows of it. */
  readonly from: bigint;
  readonly principals: readonly string[] | null;
}

/** For whom addresses acted, and from which generation on: events tell the generation by which they were judged. */
export class PrincipalHistory {
  readonly #changes = new Map<string, Change[]>();

  note(address: string, from: bigint, principals: readonly string[] | null): void {
    const changes = this.#changes.get(address) ?? [];
    if (JSON.stringify(changes.at(-1)?.principals ?? null) === JSON.stringify(principals)) return;
    this.#changes.delete(address);
    this.#changes.set(address, [...changes, { from, principals }].slice(-CHANGES_KEPT));
    if (this.#changes.size <= MOST_ADDRESSES) return;
    const [oldest] = this.#changes.keys();
    if (oldest !== undefined) this.#changes.delete(oldest);
  }

  /** `null`: not known. */
  at(address: string, generation: bigint): readonly string[] | null {
    const changes = this.#changes.get(address);
    return changes?.findLast(({ from }) => from <= generation)?.principals ?? null;
  }
}
