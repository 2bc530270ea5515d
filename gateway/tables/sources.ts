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
}

export type SourceKey = Decoded<typeof structs.sourceKey>;
export type SourceValue = Decoded<typeof structs.source>;
/** Entries of one slot by {@link sourceText}; the slot in their keys is filled in when they are written. */
export type Sources = Map<string, [key: SourceKey, value: SourceValue]>;

/** An agent as far as it matters for who is who. */
export interface SourceAgent
  extends Pick<LoweredAgent, 'name' | 'sources' | 'isOpen' | 'principals'> {
  readonly id: number;
}

const { ANY_INTERFACE, SOURCE_AGENT, SOURCE_UNKNOWN, SOURCE_SPOOFED } = constants;
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
 * behind the interface is unknown, one inside a workload's CIDR is the agent.
 */
export function agentSources(
  agents: readonly SourceAgent[],
  bindings: readonly Binding[],
): Sources {
  const entries: Sources = new Map();
  const put = (ifindex: number, cidr: Cidr, kind: number, agent = 0) => {
    const key = sourceKey(ifindex, cidr);
    entries.set(sourceText(key), [key, sourceValue({ kind, agent })]);
  };
  for (const { ifindex, holds } of places(bindings)) {
    // The IPv4 root is always there: a short IPv6 prefix would otherwise reach over ::ffff:0:0/96.
    for (const root of roots) put(ifindex, root, holds === 'all' ? SOURCE_UNKNOWN : SOURCE_SPOOFED);
    if (holds !== 'all') for (const cidr of holds) put(ifindex, cidr, SOURCE_UNKNOWN);
    for (const { id, sources } of agents) {
      for (const cidr of sources) {
        for (const part of common(cidr, holds)) put(ifindex, part, SOURCE_AGENT, id);
      }
    }
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
    kind: SOURCE_AGENT,
    agent: agent.id,
    lease: lease ?? 0n,
    principals: principals ? principalBits(agent.principals, principals) : 0n,
    principals_known: principals ? 1 : 0,
    kind_after: isNamed ? SOURCE_AGENT : SOURCE_UNKNOWN,
  });
  return places(bindings)
    .filter(({ holds }) => common(host, holds).length > 0)
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

function places(bindings: readonly Binding[]): readonly Binding[] {
  return [{ ifindex: ANY_INTERFACE, holds: 'all' }, ...bindings];
}

function common(cidr: Cidr, holds: Binding['holds']): readonly Cidr[] {
  if (holds === 'all' || holds.some((outer) => cidrHolds(outer, cidr))) return [cidr];
  return holds.filter((inner) => cidrHolds(cidr, inner));
}
