import { type Address, formatAddress } from '../../src/policy/index.ts';
import type { LiveSources } from './live-sources.ts';
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
  sources: LiveSources,
  changes: readonly WorkloadChange[],
  renew: () => void,
): void {
  const steps = changes.map(({ address, workload }): Step => {
    const after = workload ? sources.heed(workload) : undefined;
    return { before: sources.registered(address), after, address };
  });
  const handed = steps.filter(
    ({ before, after }) => before && after && before.agent !== after.agent,
  );
  const done: Step[] = [];
  try {
    for (const step of handed) {
      done.push(step);
      sources.unset(step.address);
    }
    if (handed.length > 0) renew();
    for (const step of steps) {
      done.push(step);
      put(sources, step.address, step.after);
    }
  } catch (error) {
    try {
      for (const { address, before } of done.reverse()) put(sources, address, before);
    } finally {
      renew();
    }
    throw error;
  }
  if (steps.some(changesAnything)) renew();
}

function put(sources: LiveSources, address: Address, workload: HeededWorkload | undefined): void {
  if (workload) sources.set(workload);
  else if (sources.registered(address)) sources.unset(address);
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
