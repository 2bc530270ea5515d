import {
  type AtomSources,
  type Atoms,
  atomsOf,
  cidrOf,
  type Period,
  positionsOf,
} from '../atoms/index.ts';
import { builtinCidrs, type Party, resolversOf } from '../model/index.ts';
import {
  type Box,
  covers,
  type IntSet,
  intersect,
  overlaps,
  subtract,
  union,
  unionOf,
} from '../sets/index.ts';
import type { Scope } from '../terms/index.ts';
import { type Holding, hasAddress, piecesOf } from './owners.ts';

type Range = Holding['ranges'][number];

/** The ground on which flows of some parties are compared: all that their rules tell apart. */
export function groundOf(
  period: Period,
  parties: readonly (Party | undefined)[],
  holdings: readonly (Holding | undefined)[],
  asked: Pick<AtomSources, 'ranges' | 'names'> = {},
): Atoms {
  const present = parties.filter((party) => party !== undefined);
  const guardrails = new Set(present.flatMap(({ enforcing }) => enforcing));
  const agents = new Set(present.map(({ agent }) => agent));
  return atomsOf(period, {
    clauses: [
      ...[...guardrails].flatMap(({ deny, allow }) => [...deny, ...allow]),
      ...[...agents].flatMap(({ deny, allow, ingress }) => [...deny, ...allow, ...ingress]),
    ],
    addresses: [...builtinCidrs, ...present.flatMap(resolversOf)],
    ranges: [...holdings.flatMap((holding) => holding?.ranges ?? []), ...(asked.ranges ?? [])],
    names: asked.names ?? [],
  });
}

/** A party without clauses on addresses that lie outside of some ranges: they cannot matter there. */
export function clippedTo(
  party: Party | undefined,
  { isOpen, ranges }: Holding,
): Party | undefined {
  if (!party || isOpen) return party;
  const matters = ({ to }: Party['agent']['allow'][number]) =>
    to.kind !== 'cidr' || meetsRanges(to.cidr, ranges);
  const clip = <D extends Pick<Party['agent'], 'allow' | 'deny'>>(document: D): D => ({
    ...document,
    allow: document.allow.filter(matters),
    deny: document.deny.filter(matters),
  });
  return { agent: clip(party.agent), enforcing: party.enforcing.map(clip) };
}

function meetsRanges(cidr: string, ranges: readonly Range[]): boolean {
  const [start, end] = positionsOf(cidrOf(cidr));
  return ranges.some((range) => range[0] < end && start < range[1]);
}

/** The agent’s own addresses, and whether it can be known by name without any (of an IPv4, an IPv6 flow). */
export interface OwnSide {
  readonly holding: Holding;
  readonly unknown: { readonly v4: boolean; readonly v6: boolean };
}

/** All flows from the agent’s own addresses to those of a holding, as boxes, and which boxes have a flow. */
export function universeOf(
  { addresses, everything }: Atoms,
  peer: Holding,
  own?: OwnSide,
): { readonly universe: readonly Box[]; feasible(box: Box): Box | undefined } {
  const peers = piecesOf(peer, addresses);
  if (!own) {
    const feasible = (box: Box) => (hasAddress(peer, addresses, box.peer) ? box : undefined);
    return { universe: [{ ...everything, peer: peers }], feasible };
  }
  const mine = piecesOf(own.holding, addresses);
  const { unknown } = own;
  const beside = (set: IntSet, known: boolean) => (known ? union(set, addresses.unknown) : set);
  // An IPv6 packet carries an IPv4 destination in a NAT64 address (rule D11).
  const families = [
    { peers: addresses.v4, own: beside(mine, unknown.v4 || unknown.v6) },
    { peers: addresses.v6, own: beside(intersect(mine, addresses.v6), unknown.v6) },
  ];
  const boxes = families.map((family) => ({
    ...everything,
    peer: intersect(peers, family.peers),
    own: family.own,
  }));
  const feasible = (box: Box) => {
    if (!hasAddress(peer, addresses, box.peer)) return undefined;
    const knows = overlaps(box.own, addresses.unknown);
    const known = subtract(box.own, addresses.unknown);
    if (!knows && !hasAddress(own.holding, addresses, known)) return undefined;
    const family = families.find((one) => overlaps(one.peers, box.peer));
    // Where every address of the agent will do, its address does not matter.
    return family && covers(box.own, family.own) ? { ...box, own: everything.own } : box;
  };
  return { universe: boxes.filter((box) => box.peer.length > 0 && box.own.length > 0), feasible };
}

/** What is told of the addresses of a holding. */
export function scopeOf({ addresses }: Atoms, holding: Holding): Scope {
  const { before, after } = holding;
  const owner =
    before !== after ? { moved: { before, after } } : before === null ? {} : { agent: before };
  return {
    peers: piecesOf(holding, addresses),
    owner,
    builtin: unionOf(builtinCidrs.map((cidr) => addresses.cidr(cidr))),
  };
}
