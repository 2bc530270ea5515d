import type { HostPattern, Window } from '../../policy/index.ts';
import type { Clause, IngressClause } from '../../rules/index.ts';
import { type Box, type IntSet, noHits, setOf, unknownAtom } from '../sets/index.ts';
import { AddressLine, type Position } from './address-line.ts';
import { NameTree } from './name-tree.ts';
import type { Period } from './period.ts';
import { TimeClasses, windowKey } from './time-classes.ts';
import { allTraffic } from './traffic.ts';

/** Everything that rules tell apart, as integers: the ground on which the rules of one question are compared. */
export interface Atoms {
  readonly addresses: AddressLine;
  readonly names: NameTree;
  readonly times: TimeClasses;
  /** By name; the integer {@link unknownAtom} is none of them. */
  readonly principals: readonly string[];
  principalSet(principals: readonly string[]): IntSet;
  readonly everything: Box;
}

export interface AtomSources {
  readonly clauses: Iterable<Clause | IngressClause>;
  /** Further CIDRs and addresses to be told apart. */
  readonly addresses?: Iterable<string>;
  readonly ranges?: Iterable<readonly [Position, Position]>;
  readonly names?: Iterable<HostPattern>;
}

export function atomsOf(period: Period, sources: AtomSources): Atoms {
  const blocks = new Set<string>(sources.addresses ?? []);
  const hosts: HostPattern[] = [...(sources.names ?? [])];
  const windows = new Map<string, Window>();
  const expiries = new Set<string>();
  const principals = new Set<string>();
  for (const clause of sources.clauses) {
    const peer = 'to' in clause ? clause.to : clause.from;
    if (peer.kind === 'host') hosts.push(peer.host);
    if (peer.kind === 'cidr') for (const one of [peer.cidr, ...peer.except]) blocks.add(one);
    if (clause.during) windows.set(windowKey(clause.during), clause.during);
    if (clause.expires !== undefined) expiries.add(clause.expires);
    if ('onBehalfOf' in clause) for (const one of clause.onBehalfOf ?? []) principals.add(one);
  }
  const addresses = new AddressLine(blocks, sources.ranges);
  const names = new NameTree(hosts);
  const times = new TimeClasses(period.from, period.until, windows.values(), expiries);
  const listed = [...principals].sort();
  const numbers = new Map(listed.map((name, i) => [name, unknownAtom + 1 + i]));
  return {
    addresses,
    names,
    times,
    principals: listed,
    principalSet: (some) =>
      setOf(
        some.flatMap((name) => {
          const id = numbers.get(name);
          return id === undefined ? [] : [[id, id + 1] as const];
        }),
      ),
    everything: {
      peer: addresses.everything,
      traffic: allTraffic,
      own: addresses.everything,
      time: times.everything,
      sni: names.everythingOrMissing,
      names: noHits,
      principals: noHits,
    },
  };
}
