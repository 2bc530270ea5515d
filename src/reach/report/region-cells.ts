import type { AddressTerms, BudgetTerm, PeerTerms, QuestionRegion, Region } from '../index.ts';
import { budgetText, principalText, timeText } from './condition-words.ts';
import {
  addressText,
  isEveryAddress,
  isEveryName,
  nameText,
  sameNames,
  trafficText,
} from './set-words.ts';
import { countOf } from './verdict-words.ts';

/** A region in the columns of a table; what is no condition is empty. */
export interface RegionCells {
  /** The other side. */
  readonly peer: string;
  readonly traffic: string;
  readonly when: string;
  /** Whom the workload acts for. */
  readonly whom: string;
}

/**
 * A region in words.
 * @param most items of a list that are named before the rest is counted
 * @param budgetName how a budget is called
 */
export function regionCells(
  region: Region,
  most: number,
  budgetName?: (term: BudgetTerm) => string,
): RegionCells {
  const { traffic, time, principals, budget = [] } = region;
  const when = [...(time ? [timeText(time, most)] : []), budgetText(budget, budgetName)];
  return {
    peer: peerText(region, most),
    traffic: trafficText(traffic, most),
    when: when.filter((part) => part !== '').join(', '),
    whom: principals ? principalText(principals, most) : '',
  };
}

/** A name where names are asked for, at or else an address; then what else must hold of names and addresses. */
function peerText(region: Region, most: number): string {
  const { peer, own, names, unless = [] } = region;
  const named = (names?.some ?? []).map((terms) => nameText(terms, most)).join(' and also ');
  const where = peer ? whereText(peer, named !== '', most) : '';
  return [
    [named, where].filter((part) => part !== '').join(' ') || 'any address',
    ...deniedNames(region, most),
    ...(own && !isUsualOwn(own, most) ? [`own address ${addressText(own, most)}`] : []),
    ...(unless.length > 0 ? [`except what ${holders(unless, most)}`] : []),
  ].join(', ');
}

/** Workloads that register may have any address, and hardly one that a guardrail denies. */
function isUsualOwn(own: AddressTerms, most: number): boolean {
  return most !== Number.POSITIVE_INFINITY && own.unknown === true && isEveryAddress(own);
}

/** The clauses that hold what is taken out of a region: `AgentPolicy/a#crm holds`, `4 other clauses hold`. */
function holders(unless: NonNullable<Region['unless']>, most: number): string {
  const clauses = [...new Set(unless.map(({ clause }) => clause ?? 'QUIC or DNS rules'))];
  if (clauses.length > 2 && most !== Number.POSITIVE_INFINITY) {
    return `${countOf(clauses.length, 'other clause')} hold`;
  }
  const isOne = clauses.length === 1 && unless.some(({ clause }) => clause !== null);
  return `${clauses.join(', ')} ${isOne ? 'holds' : 'hold'}`;
}

/** The usual TLS flow: one learned name, and an SNI to match. */
function isNamedBySni({ names, sni }: Region): boolean {
  const [name, ...others] = names?.some ?? [];
  return (
    sni !== undefined &&
    !sni.missing &&
    name !== undefined &&
    others.length === 0 &&
    sameNames(name, sni)
  );
}

/** `at 10.0.0.0/8`, `at agent b`; empty for any address at all. */
export function whereText(peer: PeerTerms, isNamed: boolean, most: number): string {
  const { addresses, agent, moved } = peer;
  const at = isNamed ? 'at ' : '';
  if (agent !== undefined) {
    const isWhole = !addresses || isEveryAddress(addresses);
    return `${at}agent ${agent}${isWhole ? exceptions(addresses) : ` at ${addressText(addresses, most)}`}`;
  }
  if (moved) {
    const [before, after] = [moved.before, moved.after].map((owner) =>
      owner === null ? 'no agent’s' : `agent ${owner}’s`,
    );
    if (!addresses || isEveryAddress(addresses)) {
      const whose = moved.before === null ? `become ${after}` : `were ${before}`;
      const since = moved.before === null || moved.after === null ? '' : ` and become ${after}`;
      return `${at}addresses that ${whose}${since}`;
    }
    const range = addressText(addresses, most);
    return `${at}${range} (${before} before, ${after} after)`;
  }
  if (!addresses) return '';
  // Where a name says where to, the networks that denies take out of it are beside the point.
  if (isNamed && isEveryAddress(addresses)) return exceptions(addresses).trim();
  return `${at}${addressText(addresses, most)}`;

  function exceptions(terms: PeerTerms['addresses']): string {
    if (!terms || terms.except.length === 0) return '';
    if (terms.except.length > 2 && most !== Number.POSITIVE_INFINITY) {
      return ` (except ${countOf(terms.except.length, 'network')})`;
    }
    return ` (except ${addressText({ include: terms.except, except: [] }, most)})`;
  }
}

/** What is left of names and SNI once the usual flow is told: mostly names that a deny takes out. */
function deniedNames({ names, sni, ...rest }: Region, most: number): string[] {
  const { none } = names ?? {};
  const isPlain = sni === undefined || isNamedBySni({ ...rest, ...(names ? { names } : {}), sni });
  const denied = none && nameText(none, most);
  if (isPlain) return denied === undefined ? [] : [`not as ${denied}`];
  const isOnlyWithout = sni.missing && sni.include.length === 1 && sni.include[0] === '**';
  if (isOnlyWithout && none && sameSet(sni.except, none.include) && none.except.length === 0) {
    return [`not as ${denied}`];
  }
  return [...sniTexts(sni, most), ...(denied === undefined ? [] : [`not learned as ${denied}`])];
}

function sameSet(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((item) => other.includes(item));
}

function sniTexts(sni: NonNullable<Region['sni']>, most: number): string[] {
  if (sni.missing && isEveryName(sni)) return [];
  if (sni.include.length === 0) return sni.missing ? ['without SNI'] : [];
  if (isEveryName(sni)) return ['with an SNI'];
  return [`SNI ${nameText(sni, most)}${sni.missing ? ', or none' : ''}`];
}

/** A region of DNS questions in the same columns. */
export function questionCells(
  { names, types, length, time }: QuestionRegion,
  most: number,
): RegionCells {
  const typesText = { any: 'any type', address: 'A, AAAA, CNAME, SRV', text: 'TXT, MX' }[types];
  return {
    peer: [
      nameText(names, most),
      ...(length ? [`${length.from}–${length.to} characters long`] : []),
    ].join(', '),
    traffic: typesText,
    when: time ? timeText(time, most) : '',
    whom: '',
  };
}
