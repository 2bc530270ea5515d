import { builtinName, expiryInstant, type RuleSet } from '../../rules/index.ts';
import { type Period, periodFrom } from '../atoms/index.ts';
import {
  anywhere,
  groundOf,
  type Holding,
  Owners,
  type OwnSide,
  ownSideOf,
  type Parties,
  universeOf,
} from '../compare/index.ts';
import {
  allowClauses,
  egressRules,
  elsewhereRules,
  Lowering,
  type Party,
  partiesOf,
  type Rule,
  RuleList,
} from '../model/index.ts';
import type { IdleClause, ReachOptions } from '../reach.ts';
import { intersectBoxes, subtractBoxes } from '../sets/index.ts';
import { decides, isException, shadowsOf } from './first-decider.ts';

/** Whether clauses decide on anything, as far as it has been looked at. */
interface Findings {
  /** Clauses that decide somewhere. */
  readonly active: Set<string>;
  /** What decides in place of the others: one clause, if one alone does. */
  readonly shadows: Map<string, Set<string>>;
}

/**
 * Clauses that decide nothing in the 366 days from `from`, by document and as listed. Guardrails in audit, agents that
 * another gateway carries and guardrails above nobody are not looked at. A clause that takes exception to a rule (a
 * guardrail’s CIDR that lifts the built-in denies, UDP that admits QUIC) is not idle, even if another allows in its place.
 */
export function idleClauses(ruleSet: RuleSet, { from }: ReachOptions): readonly IdleClause[] {
  const period = periodFrom(from);
  const parties = partiesOf(ruleSet);
  const owners = new Owners(parties, parties);
  const findings: Findings = { active: new Set(), shadows: new Map() };
  const local = [...parties.values()].filter(({ agent }) => !agent.remote);
  for (const party of local) {
    lookAtEgress(findings, period, party, undefined, anywhere);
    lookAtIngress(findings, period, party, undefined, anywhere);
  }
  for (const [party, other] of namedPairs(local, parties, findings)) {
    const name = other.agent.name;
    const own = ownSideOf({ before: parties, after: parties, owners }, party.agent.name);
    lookAtEgress(findings, period, party, other, owners.kept(name), own);
    lookAtIngress(findings, period, party, name, owners.kept(name));
  }
  return [...clausesOf(local).values()].flatMap((clause) => {
    if (findings.active.has(clause.id)) return [];
    return [{ clause: clause.id, ...whyIdle(clause, from, findings) }];
  });
}

interface Listed {
  readonly id: string;
  readonly expires?: string;
}

/** Every clause that may decide, by id: those of guardrails once. */
function clausesOf(parties: readonly Party[]): Map<string, Listed> {
  const guardrails = new Set(parties.flatMap(({ enforcing }) => enforcing));
  const documents = [
    ...[...guardrails].filter(({ name }) => name !== builtinName),
    ...parties.map(({ agent }) => agent),
  ];
  const all = documents.flatMap((one): Listed[] => [
    ...one.deny,
    ...one.allow,
    ...('ingress' in one ? one.ingress : []),
  ]);
  return new Map(all.map((clause) => [clause.id, clause]));
}

function whyIdle(
  { id, expires }: Listed,
  from: number,
  { shadows }: Findings,
): Pick<IdleClause, 'why' | 'by'> {
  if (expires !== undefined && expiryInstant(expires) <= from) return { why: 'expired', by: [] };
  const by = shadows.get(id);
  return by ? { why: 'shadowed', by: [...by] } : { why: 'empty', by: [] };
}

/** Agents with those that an idle clause of theirs names: there alone it can decide. */
function* namedPairs(
  local: readonly Party[],
  parties: Parties,
  { active }: Findings,
): Generator<[Party, Party]> {
  for (const party of local) {
    const clauses = [
      ...allowClauses(party),
      ...[party.agent, ...party.enforcing].flatMap(({ deny }) => deny),
    ];
    const named = new Set(
      [
        ...clauses.map(({ id, to }) => [id, to] as const),
        ...party.agent.ingress.map(({ id, from }) => [id, from] as const),
      ].flatMap(([id, peer]) => (peer.kind === 'agent' && !active.has(id) ? [peer.agent] : [])),
    );
    for (const name of named) {
      const other = parties.get(name);
      if (other) yield [party, other];
    }
  }
}

function lookAtEgress(
  findings: Findings,
  period: Period,
  sender: Party,
  receiver: Party | undefined,
  holding: Holding,
  own?: OwnSide,
): void {
  const atoms = groundOf(period, [sender, receiver], [holding, own?.holding]);
  const rules = egressRules(new Lowering(atoms), { sender, receiver });
  lookAt(findings, rules, universeOf(atoms, holding, own));
}

function lookAtIngress(
  findings: Findings,
  period: Period,
  receiver: Party,
  from: string | undefined,
  holding: Holding,
): void {
  const atoms = groundOf(period, [receiver], [holding]);
  lookAt(findings, elsewhereRules(new Lowering(atoms), receiver, from), universeOf(atoms, holding));
}

function lookAt(
  findings: Findings,
  rules: readonly Rule[],
  { universe, feasible }: ReturnType<typeof universeOf>,
): void {
  const list = new RuleList(rules);
  for (const [i, { rule, box }] of list.entries.entries()) {
    const { clause } = rule.deciding;
    if (clause === null || findings.active.has(clause)) continue;
    const parts = universe
      .flatMap((one) => intersectBoxes(one, box) ?? [])
      .flatMap((one) => subtractBoxes(one, rule.unless));
    if (parts.length === 0 || !parts.some(feasible)) continue;
    if (decides(list, parts, i, feasible) || isException(rule, box, rules)) {
      findings.active.add(clause);
      findings.shadows.delete(clause);
    } else {
      const known = findings.shadows.get(clause) ?? [];
      findings.shadows.set(clause, new Set([...known, ...shadowsOf(clause, list, parts, i)]));
    }
  }
}
