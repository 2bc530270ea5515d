import type { Period } from '../atoms/index.ts';
import {
  admissionRules,
  egressRules,
  elsewhereRules,
  Lowering,
  mayRegister,
  type Party,
} from '../model/index.ts';
import type { ReachChange } from '../reach-diff.ts';
import { type Comparison, compareSides, type SideRules } from './comparison.ts';
import { canEnter, receivesOtherwise, sendsOtherwise } from './entry.ts';
import { concerns, type Extent, sendingExtent } from './extent.ts';
import type { Holding, Owners, Parties } from './owners.ts';
import { clippedTo, groundOf, type OwnSide, scopeOf, universeOf } from './pairing.ts';

/** Two RuleSets, and the time for which they are compared. */
export interface Sides {
  readonly period: Period;
  readonly before: Parties;
  readonly after: Parties;
  readonly owners: Owners;
  /** Agents in both, by name. */
  readonly common: readonly string[];
  /** For those of them that differ in what decides on flows to them: from where. */
  readonly receiving: ReadonlyMap<string, Extent>;
}

/** Every flow of an agent that is decided otherwise. */
export function flowChanges(sides: Sides, agent: string): ReachChange[] {
  return joined([...egressChanges(sides, agent), ...ingressChanges(sides, agent)]);
}

function egressChanges(sides: Sides, agent: string): ReachChange[] {
  const { before, after, owners } = sides;
  const [old, now] = [before.get(agent), after.get(agent)];
  const isChanged = sendsOtherwise(old, now);
  const sending = isChanged ? sendingExtent(old, now) : undefined;
  const isConcerned = (name: string) => {
    const [was, is] = [before.get(name), after.get(name)];
    const receiving = sides.receiving.get(name);
    return (
      [was, is].some((party) => party && sending && concerns(sending, party)) ||
      [old, now].some((party) => party && receiving && concerns(receiving, party))
    );
  };
  const holdings = [
    ...(isChanged ? [owners.nobody] : []),
    ...(isChanged ? sides.common : [...sides.receiving.keys()])
      .filter((name) => isConcerned(name) && canEnter(sides, agent, name))
      .map((name) => owners.kept(name)),
    ...owners.moved,
  ];
  return holdings.flatMap((holding) => changesTowards(sides, agent, holding));
}

/** Towards the addresses of one agent, or of none. */
function changesTowards(sides: Sides, agent: string, holding: Holding): ReachChange[] {
  const { before, after, period } = sides;
  const senders = [
    clippedTo(before.get(agent), holding),
    clippedTo(after.get(agent), holding),
  ] as const;
  const receivers = [partyOf(before, holding.before), partyOf(after, holding.after)] as const;
  const own = receivers.some(Boolean) ? ownSideOf(sides, agent) : undefined;
  const atoms = groundOf(period, [...senders, ...receivers], [holding, own?.holding]);
  const lowering = new Lowering(atoms);
  const sideRules = (sender: Party | undefined, receiver: Party | undefined): SideRules => ({
    rules: egressRules(lowering, { sender, receiver }),
    ...(own ? { admission: admissionRules(lowering, receiver, agent) } : {}),
    sender,
  });
  return compareSides({
    direction: 'egress',
    lowering,
    before: sideRules(senders[0], receivers[0]),
    after: sideRules(senders[1], receivers[1]),
    scope: scopeOf(atoms, holding),
    ...universeOf(atoms, holding, own),
  });
}

/** From no workload of the gateway: the agent’s own rules alone decide (rule D8). */
function ingressChanges(sides: Sides, agent: string): ReachChange[] {
  const { before, after, owners, period } = sides;
  const receivers = [before.get(agent), after.get(agent)] as const;
  if (!receivesOtherwise(...receivers)) return [];
  const remote = sides.common.filter((name) =>
    [before, after].every((parties) => parties.get(name)?.agent.remote),
  );
  return [undefined, ...remote].flatMap((from) => {
    const holding = from === undefined ? owners.nobody : owners.kept(from);
    const atoms = groundOf(period, receivers, [holding]);
    const lowering = new Lowering(atoms);
    const sideRules = (receiver: Party | undefined): SideRules => ({
      rules: elsewhereRules(lowering, receiver, from),
      sender: undefined,
    });
    const comparison: Comparison = {
      direction: 'ingress',
      lowering,
      before: sideRules(receivers[0]),
      after: sideRules(receivers[1]),
      scope: scopeOf(atoms, holding),
      ...universeOf(atoms, holding),
    };
    return compareSides(comparison);
  });
}

function partyOf(parties: Parties, agent: string | null): Party | undefined {
  return agent === null ? undefined : parties.get(agent);
}

/** The addresses that the agent sends from on every side that has it. */
export function ownSideOf(
  { before, after, owners }: Pick<Sides, 'before' | 'after' | 'owners'>,
  agent: string,
): OwnSide {
  const parties = [before.get(agent), after.get(agent)].filter((one) => one !== undefined);
  const lacks = (isOfFamily: (text: string) => boolean) =>
    parties.every((party) => !party.agent.sources.some(isOfFamily));
  const isV6 = (text: string) => text.includes(':');
  return {
    holding:
      parties.length === 2 ? owners.kept(agent) : owners.only(agent, parties.some(mayRegister)),
    unknown: { v4: lacks((text) => !isV6(text)), v6: lacks(isV6) },
  };
}

/** Changes alike but for the other side are one. */
function joined(changes: readonly ReachChange[]): ReachChange[] {
  const groups = new Map<string, ReachChange>();
  for (const change of changes) {
    const { regions, ...like } = change;
    const key = JSON.stringify(like);
    const known = groups.get(key);
    groups.set(key, known ? { ...known, regions: [...known.regions, ...regions] } : change);
  }
  return [...groups.values()];
}
