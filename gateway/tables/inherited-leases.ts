import type { Address } from '../../src/policy/index.ts';
import type { Maps } from '../kernel/index.ts';
import type { SourceKey } from './sources.ts';
import { addressBytes } from './wire.ts';

/** Registrations that an earlier process has written into the slot in force. */
export class InheritedLeases {
  readonly #map: Maps['sp_sources'];
  /** By address as the programs hold it, in hexadecimal. */
  readonly #keys: ReadonlyMap<string, SourceKey[]>;

  constructor({ sp_sources }: Pick<Maps, 'sp_sources'>, slot: number) {
    this.#map = sp_sources;
    const leased = [...sp_sources.entries()].flatMap(([key, { lease }]) =>
      key.slot === slot && lease !== 0n ? [key] : [],
    );
    this.#keys = Map.groupBy(leased, ({ addr }) => Buffer.from(addr).toString('hex'));
  }

  prolong(address: Address, lease: bigint): void {
    for (const key of this.#keys.get(addressBytes(address).toString('hex')) ?? []) {
      const value = this.#map.get(key);
      if (value) this.#map.set(key, { ...value, lease });
    }
  }
}
