import { type Address, formatAddress } from '../../src/policy/index.ts';
import type { Maps } from '../kernel/index.ts';
import type { Slot } from './slot.ts';
import { hostKeys, sourceText, workloadSources } from './sources.ts';
import type { HeededWorkload, Workload } from './workloads.ts';

/** Who is who in the slot that packets read: each entry changes at once, from one whole value to the other. */
export class LiveSources {
  readonly #map: Maps['sp_sources'];
  readonly #slot: Slot;

  constructor(maps: Pick<Maps, 'sp_sources'>, slot: Slot) {
    this.#map = maps.sp_sources;
    this.#slot = slot;
  }

  /** A registration that would count, or `undefined`. */
  heed(workload: Workload): HeededWorkload | undefined {
    return this.#slot.heed(workload);
  }

  registered(address: Address): HeededWorkload | undefined {
    return this.#slot.workloads.get(formatAddress(address));
  }

  /** @throws KernelError; what it has written by then is among what {@link unset} takes back */
  set(workload: HeededWorkload): void {
    const { workloads, bindings, number: slot } = this.#slot;
    workloads.set(formatAddress(workload.address), workload);
    for (const [key, value] of workloadSources(
      this.#slot.agent(workload.agent),
      bindings,
      workload,
    )) {
      this.#map.set({ ...key, slot }, value);
    }
  }

  /** The address is what it was without registration. On interfaces first: nobody sends whom none knows. */
  unset(address: Address): void {
    const { workloads, bindings, number: slot } = this.#slot;
    const unregistered = this.#slot.unregistered();
    for (const key of hostKeys(bindings, address).reverse()) {
      const named = unregistered.get(sourceText(key));
      if (named) this.#map.set({ ...key, slot }, named[1]);
      else this.#map.delete({ ...key, slot });
    }
    workloads.delete(formatAddress(address));
  }

  /** Moves the end of what is registered of an address. */
  prolong(address: Address, lease: bigint): void {
    const workload = this.registered(address);
    if (workload) this.set({ ...workload, lease });
  }
}
