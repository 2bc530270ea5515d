import { type Address, formatAddress } from '../../src/policy/index.ts';
import type { SourceStore } from './source-store.ts';
import type { HeededWorkload, Workload } from './workloads.ts';

/** What is registered of an address from now on; `null`: nothing. */
export interface WorkloadChange {
  readonly address: Address;
  readonly workload: Workload | null;
}

interface Step {
  readonly before: HeededWorkload | undefined;
  readonly after: HeededWorkload | undefined;
  readonly address: Address;
}

/**
 * Changes who is who in the slot that packets read. An address that changes its agent is nobody's in between, until
 * every flow of the one before is cut: none of them may pass as the other's.
 * @param renew makes every flow meet what the maps say now
 */
export function changeWorkloads(
  store: SourceStore,
  slot: 0 | 1,
  changes: readonly WorkloadChange[],
  renew: () => void,
): void {
  const steps = changes.map(({ address, workload }): Step => {
    const after = workload ? store.heed(slot, workload) : undefined;
    return { before: store.registered(slot, address), after, address };
  });
  const handed = steps.filter(
    ({ before, after }) => before && after && before.agent !== after.agent,
  );
  const done: Step[] = [];
  try {
    for (const step of handed) {
      done.push(step);
      store.unset(slot, step.address);
    }
    if (handed.length > 0) renew();
    for (const step of steps) {
      done.push(step);
      put(store, slot, step.address, step.after);
    }
  } catch (error) {
    try {
      for (const { address, before } of done.reverse()) put(store, slot, address, before);
    } catch {
      // What stands there is closed where it is not whole; the next rules are written without relying on it.
      store.distrust();
    }
    renew();
    throw error;
  }
  if (steps.some(changesAnything)) renew();
}

function put(
  store: SourceStore,
  slot: 0 | 1,
  address: Address,
  workload: HeededWorkload | undefined,
): void {
  if (workload) store.set(slot, workload);
  else if (store.registered(slot, address)) store.unset(slot, address);
}

/** A lease that only ends later leaves every flow as it was judged. */
function changesAnything({ before, after }: Step): boolean {
  return identity(before) !== identity(after) || ends(after) < ends(before);
}

function identity(workload: HeededWorkload | undefined): string {
  if (!workload) return '';
  const { address, agent, principals } = workload;
  return JSON.stringify([formatAddress(address), agent, principals ?? null]);
}

function ends(workload: HeededWorkload | undefined): number {
  return workload?.lease === undefined ? Number.POSITIVE_INFINITY : Number(workload.lease);
}
