import { compareBytes } from '../../policy/index.ts';
import type { BudgetTerm, Deciding, ReachChange, Region } from '../index.ts';
import type { AgentGroup } from './agent-groups.ts';
import type { NameKnowledge } from './name-knowledge.ts';
import { questionCells, type RegionCells, regionCells } from './region-cells.ts';
import { withoutStanding } from './standing-denies.ts';

/** One region of a change: what became reachable or unreachable, and what decides on it. */
export interface ToldRow {
  /** It was allowed and is not any more. */
  readonly isLess: boolean;
  /** It takes an unusual coincidence, such as one address that stands for two names. */
  readonly isRare: boolean;
  readonly cells: RegionCells;
  readonly before: Deciding;
  readonly after: Deciding;
}

/** How much is told of one agent. */
export interface RowAmounts {
  readonly regions: number;
  /** Of rare ones, where there is nothing else to tell. */
  readonly rare: number;
  /** Items of a list that are named before the rest is counted. */
  readonly items: number;
}

/** The rows to tell of an agent, and what to say of the rest; empty where there is none. */
export function toldRows(group: AgentGroup, names: NameKnowledge, amounts: RowAmounts) {
  const { regions, rare, items } = amounts;
  const rows = changedRows(group, names, items);
  const usual = rows.filter((row) => !row.isRare).length;
  const shown = rows.slice(0, Math.min(regions, Math.max(usual, rare)));
  const rest = rows.length - shown.length;
  const which = usual > shown.length ? '' : ', all of them rare coincidences of names';
  return { shown, rest: rest > 0 ? `… and ${rest} more${which}` : '' };
}

/** Whether anything changes that takes no unusual coincidence. */
export function hasUsualRows({ agents, diff }: AgentGroup, names: NameKnowledge): boolean {
  const { flows, questions } = diff;
  const isUsual = (region: Region) => !isRare(region, agents, names);
  return questions.length > 0 || flows.some(({ regions }) => regions.some(isUsual));
}

/**
 * All regions of an agent's flows and questions as rows. What is lost comes first, for it may break the agent; what is
 * rare comes after what is usual.
 */
function changedRows({ agents, diff }: AgentGroup, names: NameKnowledge, most: number): ToldRow[] {
  // In the whole account nothing goes without saying.
  const isWhole = most === Number.POSITIVE_INFINITY;
  const standing = isWhole ? new Set<string>() : names.standingDenies(agents[0] ?? '');
  const ofFlows = diff.flows.flatMap((change) =>
    change.regions.map((region) => ({
      ...flowRow(change, withoutStanding(region, standing), most),
      isRare: isRare(region, agents, names),
    })),
  );
  const ofQuestions = diff.questions.flatMap(({ change, before, after, regions }) =>
    regions.map((region): ToldRow => {
      const cells = questionCells(region, most);
      const traffic = `DNS: ${cells.traffic}`;
      const isLess = change === 'refused';
      return { isLess, isRare: false, cells: { ...cells, traffic }, before, after };
    }),
  );
  const byTypes = (a: ToldRow, b: ToldRow) => compareBytes(a.cells.traffic, b.cells.traffic);
  const rows: ToldRow[] = [...ofFlows, ...ofQuestions.toSorted(byTypes)];
  return [false, true].flatMap((rarely) =>
    [true, false].flatMap((isLess) =>
      rows.filter((row) => row.isRare === rarely && row.isLess === isLess),
    ),
  );
}

function flowRow(
  { direction, change, before, after }: ReachChange,
  region: Region,
  most: number,
): Omit<ToldRow, 'isRare'> {
  const { budget = [], ...rest } = region;
  const told = budget.filter((term) => !isItsOwn(term, { before, after }));
  const cells = regionCells({ ...rest, budget: told }, most);
  const peer = direction === 'ingress' ? `from ${cells.peer}` : cells.peer;
  const isLess = change === 'unreachable';
  return { isLess, cells: { ...cells, peer }, before, after };
}

/** That a clause allows only while its budget lasts goes without saying. */
function isItsOwn(
  { clause, side, spent }: BudgetTerm,
  sides: Record<'before' | 'after', Deciding>,
) {
  return !spent && sides[side].clause === clause && sides[side].decision === 'allow';
}

/**
 * Whether it takes a coincidence of names: an address that stands for several of them at once, one that the agent
 * cannot learn, or the SNI of one kind of host at an address of another.
 */
function isRare(
  { names, sni, own }: Region,
  agents: readonly string[],
  known: NameKnowledge,
): boolean {
  const some = names?.some ?? [];
  const isUnlearned = some.some((terms) => !agents.some((agent) => known.canLearn(agent, terms)));
  const isForeignSni = some.length === 0 && names?.none !== undefined && sni?.missing === false;
  return some.length > 1 || isUnlearned || isForeignSni || own?.unknown === true;
}
