import { type Address, formatAddress } from '../../src/policy/index.ts';
import type { Maps } from '../kernel/index.ts';
import {
  agentSources,
  type Binding,
  hostKeys,
  type SourceAgent,
  type SourceKey,
  type Sources,
  sourceText,
  workloadSources,
} from './sources.ts';
import { addressBytes } from './wire.ts';
import { type HeededWorkload, heededWorkloads, type Workload, workloadHeed } from './workloads.ts';

type Slot = 0 | 1;

/** Whom a slot knows, as it was written last. */
interface Written {
  readonly agents: ReadonlyMap<string, SourceAgent>;
  readonly bindings: readonly Binding[];
  /** What is said of sources without registrations. */
  readonly base: Sources;
  readonly heed: (workload: Workload) => HeededWorkload | undefined;
  readonly workloads: Map<string, HeededWorkload>;
}

/** Who is who, in the maps: all of a slot that nobody reads, or one workload in the slot that is in force. */
export class SourceStore {
  readonly #map: Maps['sp_sources'];
  readonly #slots: (Written | undefined)[] = [];
  /** Slots that may hold what is not in {@link #slots}. */
  #isDoubtful = [true, true];
  #inherited: ReadonlyMap<string, SourceKey[]> | undefined;

  constructor(maps: Pick<Maps, 'sp_sources'>) {
    this.#map = maps.sp_sources;
  }

  /** Others may have changed the map: what is written next into a slot replaces all that stands in it. */
  distrust(): void {
    this.#isDoubtful = [true, true];
  }

  /** Nobody may read the slot meanwhile. @throws KernelError; then the slot is to be written again */
  write(
    slot: Slot,
    agents: readonly SourceAgent[],
    bindings: readonly Binding[],
    registered: readonly Workload[],
  ): void {
    const before = this.#slots[slot];
    const isKnown = before && !this.#isDoubtful[slot];
    this.#slots[slot] = undefined;
    this.#isDoubtful[slot] = true;
    this.#inherited = undefined;
    const written: Written = {
      agents: new Map(agents.map((agent) => [agent.name, agent])),
      bindings,
      base: agentSources(agents, bindings),
      heed: workloadHeed(agents),
      workloads: new Map(
        heededWorkloads(agents, registered).map((one) => [formatAddress(one.address), one]),
      ),
    };
    const entries = entriesOf(written);
    const old = isKnown
      ? [...entriesOf(before).values()].map(([key]) => key)
      : [...this.#map.keys()].filter((key) => key.slot === slot);
    this.#map.deleteAll(
      old.filter((key) => !entries.has(sourceText(key))).map((key) => ({ ...key, slot })),
    );
    this.#map.setAll([...entries.values()].map(([key, value]) => [{ ...key, slot }, value]));
    this.#slots[slot] = written;
    this.#isDoubtful[slot] = false;
  }

  /** What this process has written last about an address, of those that count. */
  registered(slot: Slot, address: Address): HeededWorkload | undefined {
    return this.#slots[slot]?.workloads.get(formatAddress(address));
  }

  /** A registration that would count, or `undefined`. */
  heed(slot: Slot, workload: Workload): HeededWorkload | undefined {
    return this.#inForce(slot).heed(workload);
  }

  /** In the slot that packets read: each entry changes at once, from the one whole value to the other. */
  set(slot: Slot, workload: HeededWorkload): void {
    const { agents, bindings, workloads } = this.#inForce(slot);
    const agent = agents.get(workload.agent);
    if (!agent) throw new Error(`no agent ${workload.agent} in force`);
    workloads.set(formatAddress(workload.address), workload);
    for (const [key, value] of workloadSources(agent, bindings, workload)) {
      this.#map.set({ ...key, slot }, value);
    }
  }

  /** The address is what it was without registration. On interfaces first: nothing is sent by whom no one knows. */
  unset(slot: Slot, address: Address): void {
    const { bindings, base, workloads } = this.#inForce(slot);
    for (const key of hostKeys(bindings, address).reverse()) {
      const named = base.get(sourceText(key));
      if (named) this.#map.set({ ...key, slot }, named[1]);
      else this.#map.delete({ ...key, slot });
    }
    workloads.delete(formatAddress(address));
  }

  /** Moves the end of what is registered of an address, also by an earlier process. @returns whether anything is */
  prolong(slot: Slot, address: Address, lease: bigint): boolean {
    const written = this.#slots[slot];
    const keys = written
      ? hostKeys(written.bindings, address).map((key) => ({ ...key, slot }))
      : (this.#inheritedLeases(slot).get(addressBytes(address).toString('hex')) ?? []);
    let found = false;
    for (const key of keys) {
      // What is found may be a block's entry: those have no lease.
      const value = this.#map.get(key);
      if (!value || value.lease === 0n) continue;
      this.#map.set(key, { ...value, lease });
      found = true;
    }
    const known = written?.workloads.get(formatAddress(address));
    if (known) written?.workloads.set(formatAddress(address), { ...known, lease });
    return found;
  }

  /** By address, as the programs hold it, in hexadecimal. */
  #inheritedLeases(slot: Slot): ReadonlyMap<string, SourceKey[]> {
    this.#inherited ??= Map.groupBy(
      [...this.#map.entries()].flatMap(([key, { lease }]) =>
        key.slot === slot && lease !== 0n ? [key] : [],
      ),
      ({ addr }) => Buffer.from(addr).toString('hex'),
    );
    return this.#inherited;
  }

  #inForce(slot: Slot): Written {
    const written = this.#slots[slot];
    if (!written) throw new Error('no rules of this process are in force yet');
    return written;
  }
}

function entriesOf({ agents, bindings, base, workloads }: Written): Sources {
  const entries = new Map(base);
  for (const workload of workloads.values()) {
    const agent = agents.get(workload.agent);
    const stated = agent ? workloadSources(agent, bindings, workload) : [];
    for (const [key, value] of stated) entries.set(sourceText(key), [key, value]);
  }
  return entries;
}
