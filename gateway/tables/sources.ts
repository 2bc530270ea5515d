import { type Cidr, cidrHolds, formatCidr, hostCidr } from '../../src/policy/index.ts';
import type { Decoded } from '../layout/index.ts';
import { constants, type structs } from '../layout/index.ts';
import { type LoweredAgent, principalBits } from '../lower/index.ts';
import { addressBytes, wireLength } from './wire.ts';
import { heededWorkloads, type Workload } from './workloads.ts';

/** A governed interface and the addresses that live behind it. */
export interface Binding {
  readonly ifindex: number;
  /** `all`: any address may; one that is no workload's is unknown, not spoofed. */
  readonly holds: 'all' | readonly Cidr[];
  /** Whose it is, as a cgroup is somebody's: every address that it holds no block around is that agent's. */
  readonly owner?: Owner;
}

interface Owner {
  readonly agent: string;
  /** Whom it acts for; absent: not known. */
  readonly principals?: readonly string[] | undefined;
}

type Key = Decoded<typeof structs.sourceKey>;
type Value = Decoded<typeof structs.source>;

const { ANY_INTERFACE, SOURCE_AGENT, SOURCE_REMOTE, SOURCE_UNKNOWN, SOURCE_SPOOFED } = constants;
const roots: readonly Cidr[] = [
  { family: 4, value: 0n, length: 0 },
  { family: 6, value: 0n, length: 0 },
];

/**
 * Who is who, for one slot. Rule D11: an address in no entry of its interface is spoofed, one that only lies behind
 * the interface is unknown, one inside a workload's CIDR is the agent; of an agent that other gateways carry it is known
 * whose it is, and behind no interface.
 */
export function sourceEntries(
  slot: number,
  agents: readonly (LoweredAgent & { readonly id: number })[],
  bindings: readonly Binding[],
  workloads: readonly Workload[] = [],
): [Key, Value][] {
  const entries = new Map<string, [Key, Value]>();
  const byName = new Map(agents.map((agent) => [agent.name, agent]));
  const heeded = heededWorkloads(agents, workloads);
  const put = (ifindex: number, cidr: Cidr, kind: number, agent = 0, known?: bigint) => {
    const key = {
      prefix_length: 64 + wireLength(cidr),
      slot,
      ifindex,
      addr: new Uint8Array(addressBytes(cidr)),
    };
    const principals = { principals: known ?? 0n, principals_known: known === undefined ? 0 : 1 };
    entries.set(`${ifindex} ${formatCidr(cidr)}`, [key, { kind, agent, ...principals, pad: 0 }]);
  };
  const everywhere: Binding = { ifindex: ANY_INTERFACE, holds: 'all' };
  for (const { ifindex, holds, owner } of [everywhere, ...bindings]) {
    // The IPv4 root is always there: a short IPv6 prefix would otherwise reach over ::ffff:0:0/96.
    for (const root of roots) put(ifindex, root, holds === 'all' ? SOURCE_UNKNOWN : SOURCE_SPOOFED);
    if (holds !== 'all') for (const cidr of holds) put(ifindex, cidr, SOURCE_UNKNOWN);
    const here = (isRemote: boolean) => !isRemote || ifindex === ANY_INTERFACE;
    for (const { id, sources, isRemote } of agents) {
      if (!here(isRemote)) continue;
      const kind = isRemote ? SOURCE_REMOTE : SOURCE_AGENT;
      for (const cidr of sources) {
        for (const part of common(cidr, holds)) put(ifindex, part, kind, id);
      }
    }
    for (const { address, agent: name, principals } of heeded) {
      const agent = byName.get(name);
      const host = hostCidr(address);
      if (!agent || !here(agent.isRemote) || common(host, holds).length === 0) continue;
      const known = principals && principalBits(agent.principals, principals);
      put(ifindex, host, agent.isRemote ? SOURCE_REMOTE : SOURCE_AGENT, agent.id, known);
    }
    const own = owner && byName.get(owner.agent);
    if (!own || own.isRemote) continue;
    const known = owner.principals && principalBits(own.principals, owner.principals);
    for (const root of roots) put(ifindex, root, SOURCE_AGENT, own.id, known);
  }
  return [...entries.values()];
}

function common(cidr: Cidr, holds: Binding['holds']): readonly Cidr[] {
  if (holds === 'all' || holds.some((outer) => cidrHolds(outer, cidr))) return [cidr];
  return holds.filter((inner) => cidrHolds(cidr, inner));
}
