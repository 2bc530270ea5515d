import { compareBytes } from '../policy/index.ts';
import type { RuleSet } from '../rules/index.ts';
import { periodFrom } from './atoms/index.ts';
import {
  asksOtherwise,
  type Extent,
  flowChanges,
  handlingChanges,
  Owners,
  questionChanges,
  receivesOtherwise,
  receivingExtent,
  reverseChanges,
  type Sides,
  sourceChange,
  together,
  verdictOf,
} from './compare/index.ts';
import { partiesOf } from './model/index.ts';
import type { ReachOptions } from './reach.ts';
import type { AgentReachDiff, HandlingChange, ReachChange, ReachDiff } from './reach-diff.ts';

/**
 * The exact difference of what two RuleSets let every agent do: no sampling, every flow and every DNS question over the
 * 366 days from `from`. What is equal in meaning (other order, other spelling of the same blocks) is no difference.
 */
export function diffReach(before: RuleSet, after: RuleSet, { from }: ReachOptions): ReachDiff {
  const period = periodFrom(from);
  const parties = { before: partiesOf(before), after: partiesOf(after) };
  const names = [...new Set([...parties.before.keys(), ...parties.after.keys()])];
  const common = names.filter((name) => parties.before.has(name) && parties.after.has(name));
  const sides: Sides = {
    ...parties,
    period,
    owners: new Owners(parties.before, parties.after),
    common,
    receiving: new Map(
      common.flatMap((name): [string, Extent][] => {
        const [old, now] = [parties.before.get(name), parties.after.get(name)];
        return receivesOtherwise(old, now) ? [[name, receivingExtent(old, now)]] : [];
      }),
    ),
  };
  const agents = names
    .toSorted(compareBytes)
    .map((name) => diffAgent(sides, name))
    .filter((diff) => diff !== undefined);
  return { verdict: together(agents.map(({ verdict }) => verdict)), ...period, agents };
}

/** Undefined where nothing differs. */
function diffAgent(sides: Sides, agent: string): AgentReachDiff | undefined {
  const [before, after] = [sides.before.get(agent), sides.after.get(agent)];
  const asks = asksOtherwise(before, after);
  const flows = flowChanges(sides, agent);
  const handling =
    before && after
      ? [...handlingChanges(before, after), ...(asks ? unsaidReverse(sides, agent, flows) : [])]
      : [];
  const diff = {
    agent,
    change: before ? (after ? ('changed' as const) : ('removed' as const)) : ('added' as const),
    flows,
    questions: asks ? questionChanges(sides.period, before, after) : [],
    sources: sourceChange(before, after),
    handling,
  };
  const { questions, sources } = diff;
  const isSame =
    flows.length + questions.length + handling.length === 0 &&
    sources.added.length + sources.removed.length === 0 &&
    !sources.selector;
  return isSame && diff.change === 'changed' ? undefined : { ...diff, verdict: verdictOf(diff) };
}

/** Names of addresses may be asked for where flows to them are allowed: told where the flows do not say as much. */
function unsaidReverse(
  { before, after, period }: Sides,
  agent: string,
  flows: readonly ReachChange[],
): HandlingChange[] {
  const [old, now] = [before.get(agent), after.get(agent)];
  if (!old || !now) return [];
  const changes = reverseChanges(
    period,
    { parties: before, party: old },
    { parties: after, party: now },
  );
  const implied = { widens: 'reachable', narrows: 'unreachable', both: undefined };
  return changes.filter(
    ({ verdict = 'both' }) => !flows.some(({ change }) => change === implied[verdict]),
  );
}
