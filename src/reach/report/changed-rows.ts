import type { AgentReachDiff, BudgetTerm, Deciding, ReachChange, Region } from '../index.ts';
import { isNamedBySni, questionCells, type RegionCells, regionCells } from './region-cells.ts';

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

/**
 * All regions of an agent's flows and questions as rows. What is lost comes first, for it may break the agent; what is
 * rare comes after what is usual.
 * @param most items of a list that are named before the rest is counted
 */
export function changedRows({ flows, questions }: AgentReachDiff, most: number): ToldRow[] {
  const ofFlows = flows.flatMap((change) =>
    change.regions.map((region) => flowRow(change, region, most)),
  );
  const ofQuestions = questions.flatMap(({ change, before, after, regions }) =>
    regions.map((region): ToldRow => {
      const cells = questionCells(region, most);
      const traffic = `DNS: ${cells.traffic}`;
      const isLess = change === 'refused';
      return { isLess, isRare: false, cells: { ...cells, traffic }, before, after };
    }),
  );
  const rows = [...ofFlows, ...ofQuestions];
  return [false, true].flatMap((isRare) =>
    [true, false].flatMap((isLess) =>
      rows.filter((row) => row.isRare === isRare && row.isLess === isLess),
    ),
  );
}

/** Whether anything changes that takes no unusual coincidence. */
export function hasUsualRows({ flows, questions }: AgentReachDiff): boolean {
  return questions.length > 0 || flows.some(({ regions }) => !regions.every(isRare));
}

function flowRow(
  { direction, change, before, after }: ReachChange,
  region: Region,
  most: number,
): ToldRow {
  const { budget = [], ...rest } = region;
  const told = budget.filter((term) => !isItsOwn(term, { before, after }));
  const cells = regionCells({ ...rest, budget: told }, most);
  const peer = direction === 'ingress' ? `from ${cells.peer}` : cells.peer;
  const isLess = change === 'unreachable';
  return { isLess, isRare: isRare(region), cells: { ...cells, peer }, before, after };
}

/** That a clause allows only while its budget lasts goes without saying. */
function isItsOwn(
  { clause, side, spent }: BudgetTerm,
  sides: Record<'before' | 'after', Deciding>,
) {
  return !spent && sides[side].clause === clause && sides[side].decision === 'allow';
}

function isRare(region: Region): boolean {
  const { names, own, peer } = region;
  const some = names?.some.length ?? 0;
  const isByAddress =
    peer?.addresses !== undefined && !peer.addresses.include.includes('0.0.0.0/0');
  return (
    some > 1 ||
    // A name that an address within a clause's CIDR happens to have.
    (some === 1 && isByAddress) ||
    (names?.none !== undefined && some === 0 && region.sni !== undefined && !region.sni.missing) ||
    (some === 1 && region.sni !== undefined && !isNamedBySni(region)) ||
    own?.unknown === true
  );
}
