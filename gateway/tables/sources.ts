import { type Address, type Cidr, cidrHolds, hostCidr } from '../../src/policy/index.ts';
import type { Decoded } from '../layout/index.ts';
import { constants, type structs } from '../layout/index.ts';
import { type LoweredAgent, principalBits } from '../lower/index.ts';
import { addressBytes, wireLength } from './wire.ts';
import type { HeededWorkload } from './workloads.ts';

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

export type SourceKey = Decoded<typeof structs.sourceKey>;
export type SourceValue = Decoded<typeof structs.source>;
/** Entries of one slot by {@link sourceText}; the slot in their keys is filled in when they are written. */
export type Sources = Map<string, [key: SourceKey, value: SourceValue]>;

/** An agent as far as it matters for who is who. */
export interface SourceAgent
  extends Pick<LoweredAgent, 'name' | 'isRemote' | 'sources' | 'isOpen' | 'principals'> {
  readonly id: number;
}

const { ANY_INTERFACE, SOURCE_AGENT, SOURCE_REMOTE, SOURCE_UNKNOWN, SOURCE_SPOOFED } = constants;
const roots: readonly Cidr[] = [
  { family: 4, value: 0n, length: 0 },
  { family: 6, value: 0n, length: 0 },
];

/** The same text for the same source, whatever the slot. */
export function sourceText({ ifindex, prefix_length, addr }: SourceKey): string {
  return `${ifindex} ${prefix_length} ${Buffer.from(addr).toString('hex')}`;
}

/**
 * Who is who without registrations. Rule D11: an address in no entry of its interface is spoofed, one that only lies
 * behind the interface is unknown, one inside a workload's CIDR is the agent; of an agent that other gateways carry it
 * is known whose it is, and behind no interface.
 */
export function agentSources(
  agents: readonly SourceAgent[],
  bindings: readonly Binding[],
): Sources {
  const entries: Sources = new Map();
  const byName = new Map(agents.map((agent) => [agent.name, agent]));
  const put = (ifindex: number, cidr: Cidr, stated: Partial<SourceValue>) => {
    const key = sourceKey(ifindex, cidr);
    entries.set(sourceText(key), [key, sourceValue(stated)]);
  };
  for (const { ifindex, holds, owner } of places(bindings)) {
    // The IPv4 root is always there: a short IPv6 prefix would otherwise reach over ::ffff:0:0/96.
    const kind = holds === 'all' ? SOURCE_UNKNOWN : SOURCE_SPOOFED;
    for (const root of roots) put(ifindex, root, { kind });
    if (holds !== 'all') for (const cidr of holds) put(ifindex, cidr, { kind: SOURCE_UNKNOWN });
    for (const agent of agents) {
      if (!livesAt(ifindex, agent)) continue;
      for (const cidr of agent.sources) {
        for (const part of common(cidr, holds)) put(ifindex, part, kindOf(agent));
      }
    }
    const own = owner && byName.get(owner.agent);
    if (!own || own.isRemote) continue;
    const known = principalsOf(own, owner.principals);
    for (const root of roots) put(ifindex, root, { ...kindOf(own), ...known });
  }
  return entries;
}

/** What a registration says of its address, wherever that may be used; on no interface first. */
export function workloadSources(
  agent: SourceAgent,
  bindings: readonly Binding[],
  { address, principals, lease, isNamed }: HeededWorkload,
): [SourceKey, SourceValue][] {
  const host = hostCidr(address);
  const value = sourceValue({
    ...kindOf(agent),
    ...principalsOf(agent, principals),
    lease: lease ?? 0n,
    kind_after: isNamed ? kindOf(agent).kind : SOURCE_UNKNOWN,
  });
  return places(bindings)
    .filter(({ ifindex, holds }) => livesAt(ifindex, agent) && common(host, holds).length > 0)
    .map(({ ifindex }) => [sourceKey(ifindex, host), value]);
}

/** Every key that registrations may have for an address. */
export function hostKeys(bindings: readonly Binding[], address: Address): SourceKey[] {
  const host = hostCidr(address);
  return places(bindings).map(({ ifindex }) => sourceKey(ifindex, host));
}

export function sourceValue(stated: Partial<SourceValue>): SourceValue {
  return {
    kind: SOURCE_UNKNOWN,
    agent: 0,
    principals: 0n,
    lease: 0n,
    principals_known: 0,
    kind_after: SOURCE_UNKNOWN,
    ...stated,
  };
}

function sourceKey(ifindex: number, cidr: Cidr): SourceKey {
  const addr = new Uint8Array(addressBytes(cidr));
  return { prefix_length: 64 + wireLength(cidr), slot: 0, ifindex, addr };
}

function livesAt(ifindex: number, { isRemote }: SourceAgent): boolean {
  return !isRemote || ifindex === ANY_INTERFACE;
}

function kindOf({ id, isRemote }: SourceAgent): Pick<SourceValue, 'kind' | 'agent'> {
  return { kind: isRemote ? SOURCE_REMOTE : SOURCE_AGENT, agent: id };
}

/** What is not said is not known. */
function principalsOf(agent: SourceAgent, principals: readonly string[] | undefined) {
  return principals
    ? { principals: principalBits(agent.principals, principals), principals_known: 1 }
    : {};
}

function places(bindings: readonly Binding[]): readonly Binding[] {
  return [{ ifindex: ANY_INTERFACE, holds: 'all' }, ...bindings];
}

function common(cidr: Cidr, holds: Binding['holds']): readonly Cidr[] {
  if (holds === 'all' || holds.some((outer) => cidrHolds(outer, cidr))) return [cidr];
  return holds.filter((inner) => cidrHolds(cidr, inner));
}
