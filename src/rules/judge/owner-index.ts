import { type Address, type Cidr, networkOf } from '../../policy/index.ts';

/** Who owns an address: one hash per prefix length in use. Blocks of different owners never overlap (rule K10). */
export class OwnerIndex<Owner> {
  readonly #blocks = {
    4: new Map<number, Map<bigint, Owner>>(),
    6: new Map<number, Map<bigint, Owner>>(),
  };

  add(cidr: Cidr, owner: Owner): void {
    const ofFamily = this.#blocks[cidr.family];
    const ofLength = ofFamily.get(cidr.length) ?? new Map<bigint, Owner>();
    ofFamily.set(cidr.length, ofLength.set(cidr.value, owner));
  }

  ownerOf(address: Address): Owner | undefined {
    for (const [length, owners] of this.#blocks[address.family]) {
      const owner = owners.get(networkOf({ ...address, length }));
      if (owner !== undefined) return owner;
    }
    return undefined;
  }
}
