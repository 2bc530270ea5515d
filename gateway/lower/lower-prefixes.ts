import { type Cidr, cidrHolds, compareCidrs, parseCidr } from '../../src/policy/index.ts';
import type { CandidateList, ListMaker } from './candidate-list.ts';
import type { OrderedClause } from './ordered-clause.ts';

/** Addresses whose longest prefix this is are judged by this list. */
export interface PrefixList {
  readonly prefix: Cidr;
  readonly list: CandidateList;
}

interface Entry {
  readonly prefix: Cidr;
  readonly begins: OrderedClause[];
  readonly ends: Set<OrderedClause>;
}

/**
 * One list for every prefix that any clause names, holding all clauses that reach it: the longest prefix alone
 * decides, and a narrow allow never hides a wider deny. Time grows with the prefixes and the lengths of the lists.
 */
export function lowerPrefixes(
  clauses: readonly OrderedClause[],
  makeList: ListMaker,
): PrefixList[] {
  const everywhere = clauses.filter(({ to }) => to.kind === 'any');
  const result: PrefixList[] = [];
  const enclosing: { prefix: Cidr; active: readonly OrderedClause[] }[] = [];
  for (const { prefix, begins, ends } of entries(clauses)) {
    let parent = enclosing.at(-1);
    while (parent && !cidrHolds(parent.prefix, prefix)) {
      enclosing.pop();
      parent = enclosing.at(-1);
    }
    const inherited = parent?.active ?? everywhere;
    const kept = ends.size > 0 ? inherited.filter((clause) => !ends.has(clause)) : inherited;
    const added = begins.filter((clause) => !ends.has(clause));
    const active = added.length > 0 ? merge(kept, added) : kept;
    enclosing.push({ prefix, active });
    result.push({ prefix, list: makeList(active) });
  }
  return result;
}

function entries(clauses: readonly OrderedClause[]): Entry[] {
  const byText = new Map<string, Entry>();
  const at = (text: string): Entry => {
    let entry = byText.get(text);
    if (!entry) {
      entry = { prefix: parsed(text), begins: [], ends: new Set() };
      byText.set(text, entry);
    }
    return entry;
  };
  for (const clause of clauses) {
    if (clause.to.kind !== 'cidr') continue;
    at(clause.to.cidr).begins.push(clause);
    for (const hole of clause.to.except) at(hole).ends.add(clause);
  }
  // Wider before narrower at the same address, so that what encloses comes first.
  return [...byText.values()].sort((a, b) => compareCidrs(a.prefix, b.prefix));
}

function parsed(text: string): Cidr {
  const cidr = parseCidr(text);
  if (typeof cidr === 'string') throw new Error(`not a CIDR: ${text}`);
  return cidr;
}

function merge(a: readonly OrderedClause[], b: readonly OrderedClause[]): OrderedClause[] {
  return [...a, ...b].sort((x, y) => x.rank - y.rank);
}
