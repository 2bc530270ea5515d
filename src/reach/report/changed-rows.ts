import { bytesText } from '../../rules/index.ts';
import type { AgentReachDiff, BudgetTerm, Deciding, ReachChange, Region } from '../index.ts';
import { isRare } from './rare-regions.ts';
import { questionCells, regionCells, whereText } from './region-cells.ts';
import { noDenies, type RuleKnowledge } from './rule-knowledge.ts';
import { isEveryAddress, nameText } from './set-words.ts';
import { withoutStanding } from './standing-denies.ts';
import { isCommon, type ToldRow } from './told-row.ts';

/** Agents for whom a change does the very same, as one edit of a guardrail does for many. */
export interface AgentGroup {
  /** By name. */
  readonly agents: readonly string[];
  readonly diff: AgentReachDiff;
}

/** A row for each region of an agent’s flows and questions. */
export function changedRows(group: AgentGroup, rules: RuleKnowledge, most: number): ToldRow[] {
  const { flows, questions } = group.diff;
  return [
    ...flows.flatMap((change) =>
      change.regions.map((region) => flowRow(region, change, { group, rules, most })),
    ),
    ...questions.flatMap(({ change, before, after, regions }) =>
      regions.map((region): ToldRow => {
        const cells = questionCells(region, most);
        return {
          kind: 'question',
          isLess: change === 'refused',
          isRare: false,
          cells: { ...cells, traffic: `DNS: ${cells.traffic}` },
          before: [before],
          after: [after],
        };
      }),
    ),
  ];
}

interface Telling {
  readonly group: AgentGroup;
  readonly rules: RuleKnowledge;
  readonly most: number;
}

function flowRow(region: Region, change: ReachChange, telling: Telling): ToldRow {
  const { group, rules, most } = telling;
  const { direction, before, after } = change;
  // In the whole account nothing goes without saying.
  const isWhole = most === Number.POSITIVE_INFINITY;
  const standing = isWhole ? noDenies : rules.standingDenies(group.agents[0] ?? '');
  const { budget = [], ...rest } = withoutStanding(region, standing);
  const told = budget.filter((term) => (isWhole ? !isItsOwn(term, change) : term.spent));
  const cells = regionCells({ ...rest, budget: told }, most, budgetName(change, rules));
  const peer = direction === 'ingress' ? `from ${cells.peer}` : cells.peer;
  const cutOff = isWhole ? undefined : cutOffOf(region, change, most);
  return {
    kind: direction,
    isLess: change.change === 'unreachable',
    isRare: isRare(region, change, group.agents, rules),
    cells: { ...cells, peer },
    before: [before],
    after: [after],
    ...(cutOff ? { cutOff } : {}),
  };
}

/** That a clause allows only while its budget lasts goes without saying. */
function isItsOwn({ clause, side, spent }: BudgetTerm, change: ReachChange): boolean {
  return !spent && change[side].clause === clause && change[side].decision === 'allow';
}

/** `the old budget (5 MB per day)`: the clause is named where it is not the one that decides. */
function budgetName({ before, after }: ReachChange, { budgetOf }: RuleKnowledge) {
  return ({ clause, side }: BudgetTerm) => {
    const budget = budgetOf(side, clause);
    const amount = budget ? ` (${bytesText(budget.bytes)} per ${budget.per})` : '';
    const isNamed = [before, after].some((deciding) => deciding.clause === clause);
    return `the ${side === 'before' ? 'old' : 'new'} budget${isNamed ? '' : ` of ${clause}`}${amount}`;
  };
}

/** Where the side that denies speaks of addresses, and the other one of a host. */
function cutOffOf(region: Region, change: ReachChange, most: number): ToldRow['cutOff'] {
  const { peer, own, names } = region;
  const { direction, before, after } = change;
  const [denied, allowed] = change.change === 'unreachable' ? [after, before] : [before, after];
  const [hosts, ...others] = names?.some ?? [];
  if (!peer || !hosts || others.length > 0) return undefined;
  const isSomewhere =
    peer.agent !== undefined ||
    peer.moved !== undefined ||
    (peer.addresses && !isEveryAddress(peer.addresses));
  if (!isSomewhere || (denied.clause === null && denied.reason !== 'no-ingress')) return undefined;
  const { decision, reason } = allowed;
  const isUsualOwn = !own || (own.unknown === true && isEveryAddress(own));
  const side = isUsualOwn ? null : own;
  const story = [direction, change.change, peer, side, denied, decision, reason];
  return {
    story: JSON.stringify(isCommon(allowed) ? [...story, allowed] : story),
    hosts: [nameText(hosts, most)],
    where: whereText(peer, true, most),
  };
}

/** Who decides is told of each agent by itself, unless it is of all of them. */
export function decidesCommonly(decidings: readonly Deciding[]): boolean {
  return decidings.every(isCommon);
}

/** Whether an agent reaches less, or more, by anything that takes no unusual coincidence. */
export function changesUsually(
  { agent, flows, questions, sources, handling, change }: AgentReachDiff,
  isLess: boolean,
  rules: RuleKnowledge,
): boolean {
  const verdict = isLess ? 'narrows' : 'widens';
  return (
    change !== 'changed' ||
    sources.selector !== undefined ||
    (isLess ? sources.removed : sources.added).length > 0 ||
    handling.some((one) => one.verdict === verdict || one.verdict === 'both') ||
    questions.some((one) => (one.change === 'refused') === isLess) ||
    flows.some(
      (one) =>
        (one.change === 'unreachable') === isLess &&
        one.regions.some((region) => !isRare(region, one, [agent], rules)),
    )
  );
}
