import type { AgentReachDiff } from '../index.ts';
import { type AgentGroup, changedRows, decidesCommonly } from './changed-rows.ts';
import { foldAudit, foldCutOff, foldTypes } from './fold-rows.ts';
import type { ReachReport } from './reach-report.ts';
import type { ToldRow } from './told-row.ts';
import { agentWords, countOf, rowsWords } from './verdict-words.ts';

/** A part of a report: agents, and what a change does for them. */
export interface AgentBlock {
  /** By name. */
  readonly agents: readonly string[];
  /** `narrows`. */
  readonly words: string;
  readonly rows: readonly ToldRow[];
  /** Of these agents something is told in a block before. */
  readonly isRest: boolean;
  /** What is no row: absent from what several agents have in common. */
  readonly aside?: AgentReachDiff;
}

/** From so many agents on, what they have in common is told once. */
const many = 3;

/**
 * The report in parts: first what many agents have in common, then agents by themselves. What may break an agent comes
 * before what opens it; what takes rare coincidences, or changes no decision, comes last.
 * @param most items of a list that are named before the rest is counted; all of them: nothing is put together
 */
export function agentBlocks({ diff, rules }: ReachReport, most: number): AgentBlock[] {
  const isWhole = most === Number.POSITIVE_INFINITY;
  const groups = groupsOf(diff.agents).map((group) => {
    const rows = changedRows(group, rules, most);
    return { ...group, rows: isWhole ? rows : foldTypes(foldAudit(rows, group.diff)) };
  });
  const common = isWhole ? new Map<string, Common>() : commonRows(groups);
  const fold = (rows: readonly ToldRow[]) => (isWhole ? rows : foldCutOff(rows, most));
  const own = groups
    .map(({ agents, diff: aside, rows }): AgentBlock => {
      const rest = rows.filter((row) => !common.has(keyOf(row)));
      const isRest = rest.length < rows.length;
      const words = `${agentWords(aside)}${isRest ? ', beside the above' : ''}`;
      return { agents, words, rows: ordered(fold(rest)), isRest, aside };
    })
    .filter((block) => !block.isRest || saysMore(block))
    .toSorted((a, b) => rank(a) - rank(b));
  const rare = isWhole ? [] : own.filter(isOnlyRare);
  if (rare.length < 2) return [...commonBlocks(common, fold), ...own];
  return [
    ...commonBlocks(common, fold),
    ...own.filter((block) => !rare.includes(block)),
    together(rare),
  ];
}

function isOnlyRare(block: AgentBlock): boolean {
  return block.rows.every((row) => row.isRare) && !saysMore({ ...block, rows: [] });
}

/** Agents of whom there are rare coincidences alone to tell. */
function together(blocks: readonly AgentBlock[]): AgentBlock {
  const rows = blocks.flatMap((block) => block.rows);
  const agents = blocks.flatMap((block) => block.agents).sort();
  return { agents, words: rowsWords(rows), rows, isRest: true };
}

function groupsOf(agents: readonly AgentReachDiff[]): AgentGroup[] {
  const groups = Map.groupBy(agents, ({ agent: _, ...diff }) => JSON.stringify(diff));
  return [...groups.values()].flatMap((diffs) => {
    const [diff] = diffs;
    return diff ? [{ agents: diffs.map(({ agent }) => agent), diff }] : [];
  });
}

interface Common {
  readonly agents: string[];
  readonly rows: ToldRow[];
}

/** Rows that several groups have, of many agents in all. */
function commonRows(
  groups: readonly (AgentGroup & { readonly rows: readonly ToldRow[] })[],
): Map<string, Common> {
  const found = new Map<string, Common>();
  for (const { agents, rows } of groups) {
    const ofGroup = Map.groupBy(rows.filter(canBeCommon), keyOf);
    for (const [key, same] of ofGroup) {
      const known = found.get(key) ?? { agents: [], rows: [] };
      known.agents.push(...agents);
      known.rows.push(...(same[0]?.cutOff || known.rows.length === 0 ? same : []));
      found.set(key, known);
    }
  }
  const groupsWith = (key: string) =>
    groups.filter(({ rows }) => rows.some((row) => keyOf(row) === key)).length;
  return new Map(
    [...found].filter(([key, { agents }]) => agents.length >= many && groupsWith(key) > 1),
  );
}

function canBeCommon({ isRare, cutOff, before, after }: ToldRow): boolean {
  return !isRare && (cutOff !== undefined || (decidesCommonly(before) && decidesCommonly(after)));
}

function keyOf({ isLess, isRare, cells, before, after, cutOff }: ToldRow): string {
  if (cutOff && !isRare) return cutOff.story;
  return JSON.stringify([isLess, isRare, cells, before, after]);
}

function commonBlocks(
  common: ReadonlyMap<string, Common>,
  fold: (rows: readonly ToldRow[]) => readonly ToldRow[],
): AgentBlock[] {
  const byAgents = Map.groupBy(common.values(), ({ agents }) => agents.join());
  return [...byAgents.values()].flatMap((parts) => {
    const [first] = parts;
    const rows = ordered(fold(parts.flatMap((part) => part.rows)));
    return first
      ? [{ agents: first.agents.toSorted(), words: rowsWords(rows), rows, isRest: false }]
      : [];
  });
}

/**
 * What is lost comes first, for it may break the agent; what is rare comes after what is usual. By address before what
 * depends on DNS, and questions last.
 */
function ordered(rows: readonly ToldRow[]): ToldRow[] {
  const depth = ({ kind, cutOff }: ToldRow) =>
    kind === 'question' ? 2 : Number(cutOff !== undefined);
  const place = (row: ToldRow) => Number(row.isRare) * 8 + Number(!row.isLess) * 4 + depth(row);
  return rows.toSorted((a, b) => place(a) - place(b));
}

function saysMore({ rows, aside }: AgentBlock): boolean {
  if (!aside) return rows.length > 0;
  const { handling, sources, change } = aside;
  const moved = sources.added.length + sources.removed.length > 0 || sources.selector !== undefined;
  return rows.length > 0 || handling.length > 0 || moved || change !== 'changed';
}

const order = ['both', 'narrows', 'widens', 'equivalent'] as const;

function rank({ aside, rows }: AgentBlock): number {
  const verdict = order.indexOf(aside?.verdict ?? 'both');
  return verdict + (rows.some((row) => !row.isRare) ? 0 : order.length);
}

/** How much is told of a block. */
export interface RowAmounts {
  readonly regions: number;
  /** Of rare ones, where there is nothing else to tell. */
  readonly rare: number;
  /** Items of a list that are named before the rest is counted. */
  readonly items: number;
}

/** The rows to tell of a block, and what to say of the rest; empty where there is none. */
export function toldRows({ rows, isRest }: AgentBlock, { regions, rare }: RowAmounts) {
  const usual = rows.filter((row) => !row.isRare).length;
  const least = isRest && Number.isFinite(rare) ? 0 : rare;
  const shown = rows.slice(0, Math.min(regions, Math.max(usual, least)));
  const rest = rows.length - shown.length;
  const which = usual > shown.length ? '' : ', all of them rare coincidences of names';
  const many = shown.length > 0 ? `… and ${rest} more` : countOf(rest, 'row');
  return { shown, rest: rest > 0 ? many + which : '' };
}
