import { type Address, cidrHolds, formatAddress } from '../../src/policy/index.ts';
import type { LoweredAgent } from '../lower/index.ts';

/** What registered itself at the gateway. */
export interface Workload {
  readonly address: Address;
  /** Name of the agent that its labels make it. */
  readonly agent: string;
  /** Whom it acts for; absent: not known. */
  readonly principals?: readonly string[];
}

/**
 * Registrations that count, one for each address (the last): an address inside an agent's CIDRs stays that agent's, any
 * other belongs to an agent only if that one takes workloads by their labels.
 */
export function heededWorkloads(
  agents: readonly Pick<LoweredAgent, 'name' | 'sources' | 'isOpen'>[],
  workloads: readonly Workload[],
): Workload[] {
  const byName = new Map(agents.map((agent) => [agent.name, agent]));
  const heeded = workloads.filter(({ address, agent: name }) => {
    const agent = byName.get(name);
    if (!agent) return false;
    if (agent.sources.some((cidr) => cidrHolds(cidr, address))) return true;
    return (
      agent.isOpen &&
      !agents.some(({ sources }) => sources.some((cidr) => cidrHolds(cidr, address)))
    );
  });
  return [...new Map(heeded.map((one) => [formatAddress(one.address), one])).values()];
}
