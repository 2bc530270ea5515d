import {
  type AddressLine,
  type Atoms,
  allTcp,
  allUdp,
  icmpEcho,
  rangesOf,
} from '../atoms/index.ts';
import type { AddressTerms, PeerTerms, PrincipalTerms, Region, TrafficTerms } from '../region.ts';
import {
  type Box,
  covers,
  emptySet,
  type Hits,
  holdsInt,
  type IntSet,
  intersect,
  overlaps,
  sameSet,
  subtract,
  union,
  unknownAtom,
} from '../sets/index.ts';
import { addressTerms } from './address-terms.ts';
import { nameTerms } from './name-terms.ts';
import { timeTerms } from './time-terms.ts';

/** Whose addresses a box speaks of. */
export interface Scope {
  /** All pieces that the other side may have. */
  readonly peers: IntSet;
  readonly owner: Pick<PeerTerms, 'agent' | 'moved'>;
  /** What the built-in guardrail denies; told by its name where a region leaves it out. */
  readonly builtin: IntSet;
}

/** A box in words. Two regions where one box says “not known, or one of these principals”. */
export function regionsOf(atoms: Atoms, box: Box, scope: Scope): Region[] {
  const base: Region = {
    ...peerOf(atoms, box, scope),
    ...(covers(box.own, atoms.everything.own) ? {} : { own: ownTerms(atoms, box.own) }),
    ...namesOf(atoms, box),
    ...sniOf(atoms, box),
    traffic: trafficTerms(box.traffic),
    ...(sameSet(box.time, atoms.everything.time) ? {} : { time: timeTerms(atoms.times, box.time) }),
  };
  const principals = principalTerms(atoms, box.principals);
  return principals.length === 0 ? [base] : principals.map((one) => ({ ...base, principals: one }));
}

function peerOf(
  { addresses }: Atoms,
  { peer }: Box,
  { peers, owner, builtin }: Scope,
): Pick<Region, 'peer'> {
  if (covers(peer, peers)) return owner.agent || owner.moved ? { peer: owner } : {};
  const hidden = overlaps(peer, builtin) ? emptySet : intersect(builtin, peers);
  const beside = hidden.length > 0 ? { builtin: 'denied' as const } : {};
  if (covers(union(peer, hidden), peers)) return { peer: { ...beside, ...owner } };
  const { terms, isBeside } = peerTerms(addresses, peer, hidden);
  return { peer: { addresses: terms, ...(isBeside ? beside : {}), ...owner } };
}

interface PeerAddresses {
  readonly terms: AddressTerms;
  /** Whether they are shorter for what is hidden, and so say too much without. */
  readonly isBeside: boolean;
}

const said = new WeakMap<AddressLine, Map<string, PeerAddresses>>();

/** Thousands of regions may have the same addresses. */
function peerTerms(line: AddressLine, peer: IntSet, hidden: IntSet): PeerAddresses {
  const ofLine = said.get(line) ?? new Map<string, PeerAddresses>();
  said.set(line, ofLine);
  const key = `${peer.join()}|${hidden.join()}`;
  const known = ofLine.get(key);
  if (known) return known;
  const terms = addressTerms(line.rangesOf(peer), line.rangesOf(hidden));
  const isBeside = !sameTerms(terms, addressTerms(line.rangesOf(peer)));
  ofLine.set(key, { terms, isBeside });
  return { terms, isBeside };
}

function sameTerms(a: AddressTerms, b: AddressTerms): boolean {
  return a.include.join() === b.include.join() && a.except.join() === b.except.join();
}

function ownTerms({ addresses }: Atoms, own: IntSet): AddressTerms {
  const terms = addressTerms(addresses.rangesOf(own));
  return overlaps(own, addresses.unknown) ? { ...terms, unknown: true } : terms;
}

function namesOf({ names: tree }: Atoms, { names }: Box): Pick<Region, 'names'> {
  if (names.need.length === 0 && names.avoid.length === 0) return {};
  // What none may be need not be told from what one is.
  const some = names.need.map((need) => nameTerms(tree, need, names.avoid));
  return {
    names: names.avoid.length === 0 ? { some } : { some, none: nameTerms(tree, names.avoid) },
  };
}

function sniOf({ names: tree }: Atoms, { sni, traffic }: Box): Pick<Region, 'sni'> {
  if (covers(sni, tree.everythingOrMissing) || !overlaps(traffic, allTcp)) return {};
  const named = subtract(sni, tree.missing);
  return { sni: { ...nameTerms(tree, named), missing: overlaps(sni, tree.missing) } };
}

function trafficTerms(traffic: IntSet): TrafficTerms[] {
  const terms: TrafficTerms[] = [];
  for (const [protocol, all] of [
    ['tcp', allTcp],
    ['udp', allUdp],
  ] as const) {
    const part = intersect(traffic, all);
    if (part.length === 0) continue;
    terms.push({ protocol, ports: covers(part, all) ? [] : rangesOf(protocol, part) });
  }
  if (overlaps(traffic, icmpEcho)) terms.push({ protocol: 'icmp', ports: [] });
  return terms;
}

/** None: no condition. */
function principalTerms(atoms: Atoms, { need, avoid }: Hits): PrincipalTerms[] {
  if (need.length === 0 && avoid.length === 0) return [];
  const isUnknown = (set: IntSet) => holdsInt(set, unknownAtom);
  const mayBeUnknown = !isUnknown(avoid) && need.every(isUnknown);
  const unknown = [unknownAtom, unknownAtom + 1];
  const known = need.map((set) => subtract(set, unknown));
  const mayBeKnown = known.every((set) => set.length > 0);
  const listed = (set: IntSet) =>
    atoms.principals.filter((_name, i) => holdsInt(set, unknownAtom + 1 + i));
  const none = listed(avoid);
  const beside = none.length > 0 ? { none } : {};
  if (need.length === 0) return [mayBeUnknown ? beside : { known: true, ...beside }];
  return [
    ...(mayBeUnknown ? [{ known: false }] : []),
    ...(mayBeKnown ? [{ known: true, some: known.map(listed), ...beside }] : []),
  ];
}
