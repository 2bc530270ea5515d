import { type Address, type Cidr, cidrHolds } from '../../policy/index.ts';
import { unwrapNat64 } from '../../rules/index.ts';
import { cidrOf } from '../atoms/index.ts';
import { builtinCidrs } from '../model/index.ts';
import type {
  AddressTerms,
  BudgetTerm,
  PeerTerms,
  PrincipalTerms,
  Region,
  TimeTerms,
  TrafficTerms,
} from '../region.ts';
import { nameIsIn } from './name-terms.ts';

/** A flow of the agent whose change a region belongs to, as far as regions tell flows apart. */
export interface ReachPoint {
  /** The other side’s address, and whose it is; absent: no agent’s. */
  readonly peer: Address;
  readonly peerAgent?: { readonly before: string | null; readonly after: string | null };
  /** The agent’s own address; absent: not known. */
  readonly own?: Address;
  readonly names?: readonly string[];
  readonly sni?: string;
  readonly protocol: 'tcp' | 'udp' | 'icmp';
  readonly port?: number;
  /** Milliseconds since 1970, UTC; inside the span that was compared. */
  readonly at: number;
  /** Absent: not known. */
  readonly onBehalfOf?: readonly string[];
  /** Ids of clauses whose budget is spent, by the limits of either side. */
  readonly spent?: { readonly before: readonly string[]; readonly after: readonly string[] };
}

/** Whether a flow lies in a region: all conditions hold. */
export function holds(region: Region, point: ReachPoint): boolean {
  const { peer, own, names, sni, traffic, time, principals, unless, budget } = region;
  const learned = point.names ?? [];
  return (
    trafficHolds(traffic, point) &&
    peerHolds(peer, point) &&
    (!own || (point.own ? isIn(own, unwrapNat64(point.own)) : own.unknown === true)) &&
    (!names ||
      (names.some.every((terms) => learned.some((name) => nameIsIn(terms, name))) &&
        !(
          names.none && learned.some((name) => nameIsIn(names.none as typeof names.none, name))
        ))) &&
    sniHolds(sni, point) &&
    (!time || timeHolds(time, point.at)) &&
    (!principals || principalsHold(principals, point.onBehalfOf)) &&
    (!budget || budget.every((term) => budgetHolds(term, point))) &&
    !unless?.some((exception) => holds(exception.region, point))
  );
}

function trafficHolds(traffic: readonly TrafficTerms[], { protocol, port }: ReachPoint): boolean {
  return traffic.some(
    (terms) =>
      terms.protocol === protocol &&
      (terms.ports.length === 0 ||
        terms.ports.some(([low, high]) => port !== undefined && low <= port && port <= high)),
  );
}

function peerHolds(terms: PeerTerms | undefined, { peer, peerAgent }: ReachPoint): boolean {
  const { before, after } = terms?.moved ?? {
    before: terms?.agent ?? null,
    after: terms?.agent ?? null,
  };
  if ((peerAgent?.before ?? null) !== before || (peerAgent?.after ?? null) !== after) return false;
  const address = unwrapNat64(peer);
  if (terms?.builtin && isIn({ include: builtinCidrs, except: [] }, address)) return false;
  return !terms?.addresses || isIn(terms.addresses, address);
}

function isIn({ include, except }: AddressTerms, address: Address): boolean {
  const inside = (texts: readonly string[]) =>
    texts.map(cidrOf).some((cidr: Cidr) => cidrHolds(cidr, address));
  return inside(include) && !inside(except);
}

function sniHolds(terms: Region['sni'], { protocol, sni }: ReachPoint): boolean {
  if (!terms || protocol !== 'tcp') return true;
  return sni === undefined ? terms.missing : nameIsIn(terms, sni);
}

function timeHolds({ spans }: TimeTerms, at: number): boolean {
  let [low, high] = [0, spans.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((spans[middle]?.[1] ?? at) <= at) low = middle + 1;
    else high = middle;
  }
  const span = spans[low];
  return span !== undefined && span[0] <= at;
}

function principalsHold(
  { known, some = [], none = [] }: PrincipalTerms,
  principals: readonly string[] | undefined,
): boolean {
  if (known !== undefined && known !== (principals !== undefined)) return false;
  const has = (list: readonly string[]) => principals?.some((one) => list.includes(one)) ?? false;
  return some.every(has) && !has(none);
}

function budgetHolds({ clause, side, spent }: BudgetTerm, point: ReachPoint): boolean {
  return (point.spent?.[side] ?? []).includes(clause) === spent;
}
