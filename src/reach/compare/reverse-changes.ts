import { builtinName, type Clause } from '../../rules/index.ts';
import { type Atoms, atomsOf, type Period } from '../atoms/index.ts';
import {
  allowClauses,
  changedRules,
  type Party,
  type Rule,
  RuleList,
  rule,
} from '../model/index.ts';
import type { HandlingChange } from '../reach-diff.ts';
import { type Box, unionOf } from '../sets/index.ts';
import { addressTerms, mergeBoxes } from '../terms/index.ts';
import { differences } from './one-way.ts';
import type { Parties } from './owners.ts';

interface Side {
  readonly parties: Parties;
  readonly party: Party;
}

/**
 * Addresses whose names may be asked for (PTR) on one side only (rule N2). They go with the flows to these addresses, and
 * are told where no flow changes alike. Names longer than a limit are not looked at: those of addresses are short.
 */
export function reverseChanges(period: Period, before: Side, after: Side): HandlingChange[] {
  const sides = [before, after];
  const atoms = atomsOf(period, {
    clauses: sides.flatMap(({ party }) => [
      ...allowClauses(party).map(({ during: _during, ...clause }) => clause),
      ...unconditionalDenies(party).map(({ clause }) => clause),
    ]),
    addresses: sides.flatMap(({ parties }) =>
      [...namedBy(before), ...namedBy(after)].flatMap((name) => sourcesOf(parties, name)),
    ),
  });
  const [old, now] = sides.map((side) => reverseRules(atoms, side)) as [Rule[], Rule[]];
  const changed = changedRules(old, now);
  if (changed.before.size + changed.after.size === 0) return [];
  const was = { rules: new RuleList(old), changed: changed.before };
  const is = { rules: new RuleList(now), changed: changed.after };
  const lost = addressesOf(atoms, was, is);
  const won = addressesOf(atoms, is, was);
  const what = 'dns.reverse';
  return [
    ...(lost
      ? [{ what, clause: null, before: lost, after: null, verdict: 'narrows' } as const]
      : []),
    ...(won ? [{ what, clause: null, before: null, after: won, verdict: 'widens' } as const] : []),
  ];
}

function addressesOf(
  atoms: Atoms,
  allowing: Parameters<typeof differences>[0],
  denying: Parameters<typeof differences>[1],
): string | undefined {
  const boxes: Box[] = [];
  const universe = [{ ...atoms.everything, peer: [0, atoms.addresses.size] }];
  differences(allowing, denying, universe, ({ part }) => boxes.push(part.box));
  if (boxes.length === 0) return undefined;
  const peer = unionOf(mergeBoxes(boxes).map((box) => box.peer));
  const { include, except } = addressTerms(atoms.addresses.rangesOf(peer));
  const beside = except.length > 0 ? ` except ${except.join(', ')}` : '';
  return include.join(', ') + beside;
}

/** Denies bind in audit too. */
function reverseRules(atoms: Atoms, side: Side): Rule[] {
  const { party } = side;
  const lifting = party.enforcing.flatMap(({ allow }) =>
    allow.filter(({ to }) => to.kind === 'cidr'),
  );
  const lifts = lifting.map((clause) => termsOf(side, clause)).join();
  const denied = { decision: 'deny', reason: 'dns-type', clause: null } as const;
  return [
    ...unconditionalDenies(party).map(({ clause, by }) =>
      rule({
        key: `deny ${termsOf(side, clause)}${by === builtinName ? ` unless ${lifts}` : ''}`,
        deciding: denied,
        boxes: boxesOf(atoms, side, clause),
        unless: by === builtinName ? lifting.flatMap((one) => boxesOf(atoms, side, one)) : [],
      }),
    ),
    ...allowClauses(party).map((clause) =>
      rule({
        key: `allow ${termsOf(side, clause)}`,
        deciding: { decision: 'allow', reason: 'allowed', clause: clause.id },
        boxes: boxesOf(atoms, side, clause),
      }),
    ),
    rule({ key: 'default', deciding: denied, boxes: [atoms.everything], isDefault: true }),
  ];
}

function unconditionalDenies({ agent, enforcing }: Party): { clause: Clause; by: string }[] {
  const denies = [
    ...enforcing.flatMap(({ name, deny }) => deny.map((clause) => ({ clause, by: name }))),
    ...agent.deny.map((clause) => ({ clause, by: '' })),
  ];
  return denies.filter(
    ({ clause: { protocol, during, expires, onBehalfOf } }) =>
      protocol === 'any' && !during && !expires && !onBehalfOf,
  );
}

/** What of a clause counts for a question: where to, and until when. */
function termsOf({ parties }: Side, { to, expires }: Clause): string {
  return JSON.stringify([to, to.kind === 'agent' ? sourcesOf(parties, to.agent) : '', expires]);
}

function boxesOf(atoms: Atoms, { parties }: Side, { to, expires }: Clause): Box[] {
  if (to.kind === 'host') return [];
  const { everything, addresses } = atoms;
  const time = expires === undefined ? everything.time : atoms.times.until(expires);
  const peer =
    to.kind === 'any'
      ? everything.peer
      : to.kind === 'cidr'
        ? addresses.block(to.cidr, to.except)
        : unionOf(sourcesOf(parties, to.agent).map((text) => addresses.cidr(text)));
  return time.length > 0 && peer.length > 0 ? [{ ...everything, time, peer }] : [];
}

function namedBy({ party }: Side): string[] {
  const clauses = [
    ...allowClauses(party),
    ...unconditionalDenies(party).map(({ clause }) => clause),
  ];
  return clauses.flatMap(({ to }) => (to.kind === 'agent' ? [to.agent] : []));
}

function sourcesOf(parties: Parties, agent: string): readonly string[] {
  return parties.get(agent)?.agent.sources ?? [];
}
