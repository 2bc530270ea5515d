import { allTcp, both } from '../atoms/index.ts';
import type { Deciding } from '../reach-diff.ts';
import {
  alwaysHits,
  type Box,
  covers,
  hit,
  type IntSet,
  intersect,
  intersectBoxes,
  overlaps,
  subtract,
  subtractBoxes,
  unionOf,
} from '../sets/index.ts';
import { allowClauses, isTlsToHost, remarkIn } from './egress-rules.ts';
import type { Lowering } from './lowering.ts';
import { type Party, resolversOf } from './party.ts';

/**
 * Why nothing allows the points of a box. A clause is the nearest by TLS name (rule D5) where it is for all of them; for
 * an address that has further names learned, another may be nearer.
 */
export function refineDefault(
  lowering: Lowering,
  sender: Party,
  box: Box,
): { readonly deciding: Deciding; readonly box: Box }[] {
  const { atoms } = lowering;
  const { mode } = sender.agent;
  const tell = (reason: Deciding['reason'], clause: string | null, part: Box) => ({
    deciding: remarkIn(mode, { decision: 'deny', reason, clause }),
    box: part,
  });
  for (const { id, conditions } of nearestCandidates(lowering, sender, box)) {
    if (subtractBoxes(box, [conditions()]).length > 0) continue;
    const missing = intersect(box.sni, atoms.names.missing);
    const other = subtract(box.sni, atoms.names.missing);
    return [
      ...(missing.length > 0 ? [tell('sni-missing', id, { ...box, sni: missing })] : []),
      ...(other.length > 0 ? [tell('sni-mismatch', id, { ...box, sni: other })] : []),
    ];
  }
  return byPort(lowering, sender, box).map(([reason, part]) => tell(reason, null, part));
}

/** An allow by TLS name, with what it asks for beside the server name. */
interface Candidate {
  readonly id: string;
  readonly names: IntSet;
  conditions(): Box;
}

const candidates = new WeakMap<Lowering, Map<Party, readonly Candidate[]>>();

/** Only where a name of the clause is learned for all points, and its server name is not theirs, can it be the nearest. */
function nearestCandidates(lowering: Lowering, sender: Party, box: Box): readonly Candidate[] {
  if (box.names.need.length === 0 || !covers(allTcp, box.traffic)) return [];
  const known = candidates.get(lowering) ?? new Map<Party, readonly Candidate[]>();
  candidates.set(lowering, known);
  const all = known.get(sender) ?? candidatesOf(lowering, sender);
  known.set(sender, all);
  return all.filter(({ names }) => alwaysHits(box.names, names) && !overlaps(box.sni, names));
}

function candidatesOf(lowering: Lowering, sender: Party): Candidate[] {
  return allowClauses(sender)
    .filter(isTlsToHost)
    .map((clause) => {
      const names = lowering.atoms.names.pattern(clause.to.host);
      const conditions = () => ({ ...lowering.conditions(clause, 'allow'), names: hit(names) });
      return { id: clause.id, names, conditions };
    });
}

/** To a resolver only DNS over TCP can come to this (rule D10). */
function byPort({ atoms }: Lowering, sender: Party, box: Box): [Deciding['reason'], Box][] {
  const port = both([53]);
  const known = subtract(box.peer, atoms.addresses.unknown);
  const resolvers = unionOf(resolversOf(sender).map((one) => atoms.addresses.cidr(one)));
  const clip = (traffic: IntSet, peer: IntSet) =>
    intersectBoxes(box, { ...atoms.everything, traffic, peer });
  const parts: [Deciding['reason'], Box | undefined][] = [
    ['dns-tcp', clip(port, resolvers)],
    ['dns-resolver', clip(port, subtract(known, resolvers))],
    ['no-clause', clip(subtract(box.traffic, port), box.peer)],
  ];
  return parts.flatMap(([reason, part]) =>
    part ? [[reason, part] as [Deciding['reason'], Box]] : [],
  );
}
