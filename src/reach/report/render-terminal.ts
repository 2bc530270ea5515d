import { harmlessText, type Paint } from '../../policy/index.ts';
import type { AgentReachDiff, Deciding, HandlingChange } from '../index.ts';
import { type AgentGroup, agentGroups } from './agent-groups.ts';
import { type RowAmounts, type ToldRow, toldRows } from './changed-rows.ts';
import { columnLines, indented, type SignedCells, wrapped } from './columns.ts';
import { decidingText } from './deciding-text.ts';
import { handlingText, labelsText } from './handling-text.ts';
import { listed } from './listed.ts';
import type { Place, ReachReport } from './reach-report.ts';
import { agentWords, countOf, dayText, headlineText } from './verdict-words.ts';
import { versionLines } from './version-lines.ts';

export interface TerminalOptions {
  readonly paint: Paint;
  /** Columns of the terminal. */
  readonly width: number;
  /** A line of a policy file as the user can open it. */
  readonly placeText: (place: Place) => string;
  /** Everything is told, however long it is. */
  readonly all?: boolean;
}

interface Amounts extends RowAmounts {
  readonly agents: number;
}

const everything: Amounts = {
  agents: Infinity,
  regions: Infinity,
  rare: Infinity,
  items: Infinity,
};
const readable: Amounts = { agents: 25, regions: 20, rare: 1, items: 6 };

/** The report for a terminal. Values from policies cannot act on it. Ends with a line break. */
export function renderReachTerminal(report: ReachReport, options: TerminalOptions): string {
  const { diff, bumps } = report;
  const { paint, all = false } = options;
  const most = all ? everything : readable;
  const groups = agentGroups(diff.agents, report.names);
  const rest = groups.slice(most.agents).flatMap(({ agents }) => agents);
  const isGrave = diff.verdict === 'narrows' || diff.verdict === 'both';
  const heading = `Reach: ${headlineText(diff)}`;
  const sections = [
    [
      isGrave ? paint.warning(heading) : paint.strong(heading),
      paint.faint(`compared exactly, from ${dayText(diff.from)} until ${dayText(diff.until)}`),
    ],
    ...groups.slice(0, most.agents).map((group) => groupLines(group, report, most, options)),
    rest.length > 0 ? [paint.faint(`… and ${countOf(rest.length, 'more agent')} (--all)`)] : [],
    versionLines(bumps, options),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function groupLines(
  { agents, diff }: AgentGroup,
  report: ReachReport,
  most: Amounts,
  options: TerminalOptions,
): string[] {
  const { paint, width } = options;
  const title = wrapped(show(listed(agents, most.items)), width).map(paint.strong);
  const { shown, rest } = toldRows({ agents, diff }, report.names, most);
  return [
    ...title.slice(0, -1),
    `${title.at(-1)}  ${agentWords(diff)}`,
    ...runsOf(shown).flatMap((run) => [
      ...columnLines(run.map(signed), width).map((line) => coloured(line, run, paint)),
      ...whyLines(run, agents, report, options),
    ]),
    ...(rest === '' ? [] : [paint.faint(`  ${rest} (--all)`)]),
    ...sourceLines(diff, most.items),
    ...handlingLines(diff.handling, report, most.items, options),
  ];
}

type Run = readonly [ToldRow, ...ToldRow[]];

/** Rows that one and the same pair of clauses decides stand together, and say so once. */
function runsOf(rows: readonly ToldRow[]): Run[] {
  const runs: [ToldRow, ...ToldRow[]][] = [];
  for (const row of rows) {
    const run = runs.at(-1);
    // The rows of one change hold the very same objects.
    if (run && run[0].before === row.before && run[0].after === row.after) run.push(row);
    else runs.push([row]);
  }
  return runs;
}

function signed({ isLess, cells: { peer, traffic, when, whom } }: ToldRow): SignedCells {
  const cells = { peer: show(peer), traffic: show(traffic), when: show(when), whom: show(whom) };
  return { sign: isLess ? '−' : '+', cells };
}

function coloured(line: string, [{ isLess }]: Run, paint: Paint): string {
  return isLess ? paint.warning(line) : line;
}

function whyLines(
  [{ before, after }]: Run,
  agents: readonly string[],
  { placeOf }: ReachReport,
  { paint, width, placeText }: TerminalOptions,
): string[] {
  const own = agents.length === 1 ? `AgentPolicy/${agents[0]}#` : undefined;
  const side = (name: Place['side'], deciding: Deciding) => {
    const { clause } = deciding;
    const place = clause === null ? undefined : placeOf(name, clause);
    // Under the agent's own name its clauses need not repeat it.
    const short =
      own !== undefined && clause?.startsWith(own) ? clause.slice(own.length - 1) : clause;
    const text = decidingText({ ...deciding, clause: short });
    return show(`${text}${place ? ` (${placeText(place)})` : ''}`);
  };
  const [was, is] = [side('before', before), side('after', after)];
  const line = `      ${was} → ${is}`;
  const parts = line.length <= width ? [line.trim()] : [was, `→ ${is}`];
  return parts.flatMap((part) => indented(part, 6, width)).map(paint.faint);
}

function sourceLines({ sources, change }: AgentReachDiff, most: number): string[] {
  // Of an agent that is new or gone, all addresses are: the heading says it.
  const { added, removed, selector } = sources;
  const lines = [
    ...(removed.length > 0 ? [`  − workloads at ${listed(removed, most)}`] : []),
    ...(added.length > 0 ? [`  + workloads at ${listed(added, most)}`] : []),
    ...(selector
      ? [
          `  ~ workloads with labels: ${labelsText(selector.before)} → ${labelsText(selector.after)}`,
        ]
      : []),
  ];
  return change === 'changed' || lines.length > 0 ? lines.map(show) : [];
}

function handlingLines(
  changes: readonly HandlingChange[],
  { placeOf }: ReachReport,
  most: number,
  { paint, placeText }: TerminalOptions,
): string[] {
  const lines = changes.slice(0, most).map((change) => {
    const place = change.clause === null ? undefined : placeOf('after', change.clause);
    const where = place ? `  ${paint.faint(show(placeText(place)))}` : '';
    return `  ~ ${show(handlingText(change))}${where}`;
  });
  const rest = changes.length - lines.length;
  return rest > 0 ? [...lines, paint.faint(`  … and ${rest} more (--all)`)] : lines;
}

function show(text: string): string {
  return harmlessText(text);
}
