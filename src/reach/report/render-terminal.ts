import { harmlessText, type Paint } from '../../policy/index.ts';
import type { AgentReachDiff, Deciding, HandlingChange } from '../index.ts';
import { type AgentBlock, agentBlocks, type RowAmounts, toldRows } from './agent-blocks.ts';
import { columnLines, indented, type SignedCells, wrapped } from './columns.ts';
import { decidingsText } from './deciding-text.ts';
import { handlingText, labelsText } from './handling-text.ts';
import { headlineText } from './headline-text.ts';
import { listed } from './listed.ts';
import type { Place, ReachReport } from './reach-report.ts';
import type { ToldRow } from './told-row.ts';
import { countOf, dayText } from './verdict-words.ts';
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
  const blocks = agentBlocks(report, most.items);
  const rest = new Set(blocks.slice(most.agents).flatMap(({ agents }) => agents)).size;
  const isGrave = diff.verdict === 'narrows' || diff.verdict === 'both';
  const heading = `Reach: ${headlineText(report)}`;
  const sections = [
    [
      isGrave ? paint.warning(heading) : paint.strong(heading),
      paint.faint(`compared exactly, from ${dayText(diff.from)} until ${dayText(diff.until)}`),
    ],
    ...blocks.slice(0, most.agents).map((block) => blockLines(block, report, most, options)),
    rest > 0 ? [paint.faint(`… and ${countOf(rest, 'more agent')} (--all)`)] : [],
    versionLines(bumps, options),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function blockLines(
  block: AgentBlock,
  report: ReachReport,
  most: Amounts,
  options: TerminalOptions,
): string[] {
  const { agents, words, aside } = block;
  const { paint, width } = options;
  const names = listed(agents, most.items);
  const heading = agents.length > 1 ? `${countOf(agents.length, 'agent')}: ${names}` : names;
  const title = wrapped(show(heading), width).map(paint.strong);
  const { shown, rest } = toldRows(block, most);
  return [
    ...title.slice(0, -1),
    `${title.at(-1)}  ${words}`,
    ...runsOf(shown).flatMap((run) => [
      ...columnLines(run.map(signed), width).map((line) => coloured(line, run, paint)),
      ...whyLines(run, block, report, { ...options, items: most.items }),
    ]),
    ...(rest === '' ? [] : [paint.faint(`  ${rest} (--all)`)]),
    ...(aside ? sourceLines(aside, most.items) : []),
    ...(aside ? handlingLines(aside.handling, report, most.items, options) : []),
  ];
}

type Run = readonly [ToldRow, ...ToldRow[]];

/** Rows that one and the same pair of clauses decides stand together, and say so once. */
function runsOf(rows: readonly ToldRow[]): Run[] {
  const runs: [ToldRow, ...ToldRow[]][] = [];
  for (const row of rows) {
    const run = runs.at(-1);
    if (run && decidersKey(run[0]) === decidersKey(row)) run.push(row);
    else runs.push([row]);
  }
  return runs;
}

function decidersKey({ before, after }: ToldRow): string {
  return JSON.stringify([before, after]);
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
  { agents }: AgentBlock,
  { placeOf }: ReachReport,
  { paint, width, placeText, items }: TerminalOptions & { readonly items: number },
): string[] {
  const own = agents.length === 1 ? `AgentPolicy/${agents[0]}#` : undefined;
  // Under the agent's own name its clauses need not repeat it.
  const short = (clause: string | null) =>
    own !== undefined && clause?.startsWith(own) ? clause.slice(own.length - 1) : clause;
  const side = (name: Place['side'], decidings: readonly Deciding[]) => {
    const [clause = null, ...others] = decidings.map((one) => one.clause);
    const place = clause === null || others.length > 0 ? undefined : placeOf(name, clause);
    const named = decidings.map((one) => ({ ...one, clause: short(one.clause) }));
    // Of many agents, each has clauses of its own.
    const text = decidingsText(named, agents.length === 1 ? items : 1);
    return show(`${text}${place ? ` (${placeText(place)})` : ''}`);
  };
  const [was, is] = [side('before', before), side('after', after)];
  const line = `${was} → ${is}`;
  const parts = line.length + 8 <= width ? [line] : [was, `→ ${is}`];
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
