import type { HostPattern } from '../../policy/index.ts';
import type { Atoms, Period, Position } from '../atoms/index.ts';
import {
  canEnter,
  descend,
  groundOf,
  type Holding,
  type Owners,
  ownSideOf,
  type Part,
  type Parties,
  scopeOf,
  universeOf,
} from '../compare/index.ts';
import {
  admissionRules,
  canAllow,
  egressRules,
  elsewhereRules,
  Lowering,
  type Party,
  type Rule,
  RuleList,
} from '../model/index.ts';
import type { Grant } from '../reach.ts';
import type { Deciding } from '../reach-diff.ts';
import { type Box, intersectBoxes, subtractBoxes } from '../sets/index.ts';
import { mergeBoxes, regionsOf } from '../terms/index.ts';

/** One RuleSet, and the time for which it is asked. */
export interface Inquiry {
  readonly period: Period;
  readonly parties: Parties;
  readonly owners: Owners;
}

/** What is asked after within all flows to a holding; absent: everything. */
export interface Target {
  readonly names?: readonly HostPattern[];
  readonly ranges?: readonly (readonly [Position, Position])[];
  /** The flows that are asked after. */
  clip(atoms: Atoms): Box;
  /** Whether a clause that holds such boxes is asked after. */
  concerns(box: Box, atoms: Atoms): boolean;
  /** Those conditions of a box that the question does not state itself. */
  beside(box: Box, atoms: Atoms): Box;
}

/** What an agent may send to the addresses of one agent or of none. */
export function egressGrants(
  { period, parties, owners }: Inquiry,
  sender: Party,
  holding: Holding,
  target?: Target,
): Grant[] {
  const name = sender.agent.name;
  const receiver = holding.after === null ? undefined : parties.get(holding.after);
  if (receiver && !canEnter({ before: parties, after: parties }, name, receiver.agent.name))
    return [];
  const own = receiver && ownSideOf({ before: parties, after: parties, owners }, name);
  const atoms = groundOf(period, [sender, receiver], [holding, own?.holding], target);
  const lowering = new Lowering(atoms);
  return grantsOf({
    direction: 'egress',
    atoms,
    rules: egressRules(lowering, { sender, receiver }),
    ...(receiver ? { admission: admissionRules(lowering, receiver, name) } : {}),
    holding,
    universe: universeOf(atoms, holding, own),
    ...(target ? { target } : {}),
  });
}

/** What may reach an agent from no workload of the gateway. */
export function ingressGrants({ period, owners }: Inquiry, receiver: Party): Grant[] {
  const holding = owners.nobody;
  const atoms = groundOf(period, [receiver], [holding]);
  const rules = elsewhereRules(new Lowering(atoms), receiver, undefined);
  const universe = universeOf(atoms, holding);
  return grantsOf({ direction: 'ingress', atoms, rules, holding, universe });
}

interface Ground {
  readonly direction: Grant['direction'];
  readonly atoms: Atoms;
  readonly rules: readonly Rule[];
  readonly admission?: readonly Rule[];
  readonly holding: Holding;
  readonly universe: ReturnType<typeof universeOf>;
  readonly target?: Target;
}

function grantsOf({
  direction,
  atoms,
  rules,
  admission,
  holding,
  universe,
  target,
}: Ground): Grant[] {
  const scope = scopeOf(atoms, holding);
  const clip = target?.clip(atoms) ?? atoms.everything;
  const all = universe.universe.flatMap((box) => intersectBoxes(box, clip) ?? []);
  const denies = new RuleList(deniesOf(rules));
  const lettingIn = admission && new RuleList(admission);
  const isAsked = (rule: Rule) =>
    canAllow(rule) && (!target || rule.boxes.some((box) => target.concerns(box, atoms)));
  return rules.filter(isAsked).flatMap((rule): Grant[] => {
    const groups = new Map<string, { readonly deciding: Deciding; readonly boxes: Box[] }>();
    const tell = (deciding: Deciding, box: Box) => {
      const feasible = universe.feasible(box);
      if (!feasible) return;
      const key = JSON.stringify(deciding);
      const group = groups.get(key) ?? { deciding, boxes: [] };
      group.boxes.push(target?.beside(feasible, atoms) ?? feasible);
      groups.set(key, group);
    };
    const rest = ({ box }: Part) => {
      if (!lettingIn) {
        tell(rule.deciding, box);
        return;
      }
      const hit = (letIn: Rule, entering: Part) =>
        tell(asLetIn(rule.deciding, letIn), entering.box);
      descend(lettingIn, { box, apart: [] }, { heeds: () => true, hit, rest: () => {} });
    };
    const before = rules.slice(0, rules.indexOf(rule)).filter(isDeny).length;
    const to = denies.rules[before] ? denies.firstOf(denies.rules[before]) : denies.end;
    const parts = all
      .flatMap((one) => rule.boxes.flatMap((box) => intersectBoxes(one, box) ?? []))
      .flatMap((one) => subtractBoxes(one, rule.unless));
    for (const box of parts) {
      descend(denies, { box, apart: [] }, { heeds: () => false, hit: () => {}, rest }, 0, to);
    }
    return [...groups.values()].map(({ deciding, boxes }) => ({
      direction,
      deciding,
      ...(rule.budget ? { budget: budgetOf(rule.budget) } : {}),
      regions: mergeBoxes(boxes).flatMap((box) => regionsOf(atoms, box, scope)),
    }));
  });
}

function isDeny({ deciding, isDefault }: Rule): boolean {
  return deciding.decision === 'deny' && !isDefault;
}

/** What denies, whatever allows beside it: DNS to resolvers is allowed before the policy’s denies (rule D10). */
function deniesOf(rules: readonly Rule[]): Rule[] {
  const implied: Box[] = [];
  return rules.flatMap((rule) => {
    if (canAllow(rule) && rule.deciding.clause === null) implied.push(...rule.boxes);
    if (!isDeny(rule)) return [];
    return [implied.length > 0 ? { ...rule, unless: [...rule.unless, ...implied] } : rule];
  });
}

function asLetIn(sent: Deciding, letIn: Rule): Deciding {
  if (!letIn.isDefault || sent.reason === 'would-deny') return sent;
  return { decision: 'allow', reason: 'would-deny', clause: null };
}

function budgetOf({ name, bytes, per }: NonNullable<Rule['budget']>): NonNullable<Grant['budget']> {
  return { name, bytes, per };
}
