import { type Address, formatAddress } from '../../src/policy/index.ts';
import { OwnerIndex } from '../../src/rules/index.ts';
import type { LoweredAgent } from '../lower/index.ts';

/** What registered itself at the gateway. */
export interface Workload {
  readonly address: Address;
  /** Name of the agent that its labels make it. */
  readonly agent: string;
  /** Whom it acts for; absent: not known. */
  readonly principals?: readonly string[];
  /** CLOCK_BOOTTIME, ns: when the registration ends; absent: with the rules. */
  readonly lease?: bigint;
}

export interface HeededWorkload extends Workload {
  /** The agent's policy names the address: it is the agent's without the registration too. */
  readonly isNamed: boolean;
}

type Claims = Pick<LoweredAgent, 'name' | 'sources' | 'isOpen'>;

/**
 * Tells which registrations count: an address inside an agent's CIDRs stays that agent's, any other belongs to an agent
 * only if that one takes workloads by their labels.
 */
export function workloadHeed(
  agents: readonly Claims[],
): (workload: Workload) => HeededWorkload | undefined {
  const byName = new Map(agents.map((agent) => [agent.name, agent]));
  const owners = new OwnerIndex<string>();
  for (const { name, sources } of agents) for (const cidr of sources) owners.add(cidr, name);
  return (workload) => {
    const owner = owners.ownerOf(workload.address);
    if (owner !== undefined) {
      return owner === workload.agent ? { ...workload, isNamed: true } : undefined;
    }
    return byName.get(workload.agent)?.isOpen ? { ...workload, isNamed: false } : undefined;
  };
}

/** Registrations that count, one for each address (the last); see {@link workloadHeed}. */
export function heededWorkloads(
  agents: readonly Claims[],
  workloads: readonly Workload[],
): HeededWorkload[] {
  const heed = workloadHeed(agents);
  const heeded = workloads.flatMap((workload) => heed(workload) ?? []);
  return [...new Map(heeded.map((one) => [formatAddress(one.address), one])).values()];
}
