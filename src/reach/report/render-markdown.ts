import type { VersionBump } from '../../analysis/index.ts';
import { code, linkTo, table } from '../../markdown/index.ts';
import type { AgentReachDiff, Deciding } from '../index.ts';
import { type AgentBlock, agentBlocks, type RowAmounts, toldRows } from './agent-blocks.ts';
import { decidingsText, decidingText } from './deciding-text.ts';
import { handlingText, labelsText } from './handling-text.ts';
import { headlineText } from './headline-text.ts';
import { listed } from './listed.ts';
import type { Place, ReachReport } from './reach-report.ts';
import type { ToldRow } from './told-row.ts';
import { countOf, dayText } from './verdict-words.ts';
import { bumpText } from './version-lines.ts';

export interface ReachMarkdownOptions {
  /** Most bytes of UTF-8 that the text may have; default 60,000, which GitHub's 65,536 characters always hold. */
  readonly budget?: number;
  readonly links?: {
    /** Address of a line of a policy file; only http and https are used. */
    readonly line?: (place: Place) => string | undefined;
  };
  /** Of the heading, 1 to 5; those of agents are one deeper. Default 2. */
  readonly level?: number;
}

/** How much of each part is told. */
interface Detail extends RowAmounts {
  readonly agents: number;
}

const detailSteps: readonly Detail[] = [
  { agents: 100, regions: 100, rare: 2, items: 4 },
  { agents: 100, regions: 40, rare: 1, items: 4 },
  { agents: 50, regions: 20, rare: 1, items: 4 },
  { agents: 30, regions: 10, rare: 1, items: 3 },
  { agents: 20, regions: 5, rare: 0, items: 2 },
  { agents: 10, regions: 2, rare: 0, items: 2 },
  { agents: 3, regions: 1, rare: 0, items: 1 },
];

/**
 * The report in GitHub's Markdown. Over budget, whole rows and agents are left out step by step and counted; markup is
 * never cut. Nothing from a policy or a file name can act as markup.
 */
export function renderReachMarkdown(
  report: ReachReport,
  { budget = 60_000, links = {}, level = 2 }: ReachMarkdownOptions = {},
): string {
  const heading = headingLine(report, level);
  for (const [step, detail] of detailSteps.entries()) {
    const text = render(report, { detail, links, level, isShortened: step > 0 });
    if (new TextEncoder().encode(text).length <= budget) return text;
  }
  return `${heading}\n`;
}

const marks = { equivalent: '✅', widens: '🔓', narrows: '⚠️', both: '⚠️' } as const;

function headingLine(report: ReachReport, level: number): string {
  return `${'#'.repeat(level)} ${marks[report.diff.verdict]} Reach: ${headlineText(report)}`;
}

interface Rendering {
  readonly detail: Detail;
  readonly links: NonNullable<ReachMarkdownOptions['links']>;
  readonly level: number;
  readonly isShortened: boolean;
}

function render(report: ReachReport, rendering: Rendering): string {
  const { diff, bumps } = report;
  const { detail, level, isShortened } = rendering;
  const blocks = agentBlocks(report, detail.items);
  const untold = new Set(blocks.slice(detail.agents).flatMap(({ agents }) => agents)).size;
  const parts = [
    headingLine(report, level),
    `Compared exactly, from ${dayText(diff.from)} until ${dayText(diff.until)}.`,
    ...blocks.slice(0, detail.agents).flatMap((block) => blockParts(block, report, rendering)),
    untold > 0 ? `… and ${countOf(untold, 'more agent')}.` : '',
    versionPart(bumps, rendering),
    isShortened ? 'Shortened to fit: `sallyport diff --all` tells all of it.' : '',
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function blockParts(block: AgentBlock, report: ReachReport, rendering: Rendering): string[] {
  const { agents, words, aside } = block;
  const { detail, level } = rendering;
  const names = agents.slice(0, Math.max(detail.items, 1)).map(code);
  const others = agents.length - names.length;
  const title = `${names.join(', ')}${others > 0 ? ` and ${others} more` : ''}`;
  const { shown, rest } = toldRows(block, detail);
  return [
    `${'#'.repeat(level + 1)} ${title}: ${words}`,
    regionTable(shown, report, rendering),
    rest === '' ? '' : `${rest}.`,
    aside ? asideList(aside, report, rendering) : '',
  ];
}

const titles = { peer: 'Destination', traffic: 'Traffic', when: 'When', whom: 'For whom' } as const;

/** Columns that hold nothing are left out. */
function regionTable(rows: readonly ToldRow[], report: ReachReport, rendering: Rendering): string {
  if (rows.length === 0) return '';
  const keys = (['peer', 'traffic', 'when', 'whom'] as const).filter((key) =>
    rows.some(({ cells }) => cells[key] !== ''),
  );
  return table(
    ['', ...keys.map((key) => titles[key]), 'Before', 'After'].map((title) => [title, 'left']),
    rows.map(({ isLess, cells, before, after }) => [
      isLess ? '➖' : '➕',
      ...keys.map((key) => (cells[key] === '' ? '' : code(cells[key]))),
      decidingCell('before', before, report, rendering),
      decidingCell('after', after, report, rendering),
    ]),
  );
}

function decidingCell(
  side: Place['side'],
  decidings: readonly Deciding[],
  { placeOf }: ReachReport,
  { links, detail }: Rendering,
): string {
  const [deciding, ...others] = decidings;
  if (!deciding) return '';
  const { clause, decision, reason } = deciding;
  if (others.length > 0) return severalCell(decidings, detail.items);
  if (clause === null || reason === 'would-deny')
    return decidingText({ ...deciding, clause: null });
  const place = placeOf(side, clause);
  const name = linkTo(clause, place && links.line?.(place));
  return `${decision === 'allow' ? 'allowed' : 'denied'} by ${name}`;
}

function severalCell(decidings: readonly Deciding[], most: number): string {
  const clauses = decidings.flatMap(({ clause }) => clause ?? []);
  // Reasons are Sallyport’s own words; clauses are not.
  if (clauses.length < decidings.length || clauses.length > most)
    return decidingsText(decidings, 1);
  return `${decidings[0]?.decision === 'allow' ? 'allowed' : 'denied'} by ${clauses.map(code).join(', ')}`;
}

/** What is no region: whose addresses changed, and what is handled otherwise. */
function asideList(
  { sources, handling }: AgentReachDiff,
  { placeOf }: ReachReport,
  { detail, links }: Rendering,
): string {
  const { added, removed, selector } = sources;
  const items = [
    ...(removed.length > 0
      ? [`no longer its workloads: ${code(listed(removed, detail.items))}`]
      : []),
    ...(added.length > 0 ? [`now its workloads: ${code(listed(added, detail.items))}`] : []),
    ...(selector
      ? [
          `labels of its workloads: ${code(labelsText(selector.before))} → ${code(labelsText(selector.after))}`,
        ]
      : []),
    ...handling.slice(0, detail.regions).map((change) => {
      const place = change.clause === null ? undefined : placeOf('after', change.clause);
      const where = place ? ` — ${linkTo(`${place.file}:${place.line}`, links.line?.(place))}` : '';
      return `${code(handlingText(change))}${where}`;
    }),
  ];
  const rest = handling.length - detail.regions;
  if (rest > 0) items.push(`… and ${rest} more.`);
  return items.map((item) => `- ${item}`).join('\n');
}

function versionPart(bumps: readonly VersionBump[], { detail, links, level }: Rendering): string {
  const low = bumps.filter(({ enough }) => !enough);
  if (low.length === 0) return '';
  const lines = low.slice(0, detail.regions).map((bump) => {
    const { file, line } = bump.position;
    const url = links.line?.({ side: 'after', file, line });
    return `- ${linkTo(bump.document, url)}: ${code(bumpText(bump))}`;
  });
  const rest = low.length - lines.length;
  if (rest > 0) lines.push(`- … and ${rest} more`);
  return `${'#'.repeat(level + 1)} Versions that must go up\n\n${lines.join('\n')}`;
}
