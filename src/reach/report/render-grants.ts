import { harmlessText, type Paint } from '../../policy/index.ts';
import { bytesText } from '../../rules/index.ts';
import type { Grant, Reach } from '../index.ts';
import { columnLines } from './columns.ts';
import { decidingText } from './deciding-text.ts';
import { type RegionCells, regionCells } from './region-cells.ts';
import { noDenies, type RuleKnowledge } from './rule-knowledge.ts';
import { withoutStanding } from './standing-denies.ts';
import { dayText } from './verdict-words.ts';

export interface GrantOptions {
  readonly paint: Paint;
  /** Columns of the terminal. */
  readonly width: number;
  /** Where a clause is written as the user can open it; undefined for what is built in or implied. */
  readonly placeText: (clause: string) => string | undefined;
  /** What clauses deny to an agent goes without saying. */
  readonly rules: Pick<RuleKnowledge, 'standingDenies'>;
  /** Everything is told, however long it is. */
  readonly all?: boolean;
}

interface Amounts {
  readonly regions: number;
  readonly items: number;
}

const everything: Amounts = { regions: Infinity, items: Infinity };
const readable: Amounts = { regions: 12, items: 6 };

/** What an agent can touch, by the clause that allows it. Ends with a line break. */
export function renderReach({ agent, grants, from, until }: Reach, options: GrantOptions): string {
  const { paint } = options;
  const out = grants.filter(({ direction }) => direction === 'egress');
  const back = grants.filter(({ direction }) => direction === 'ingress');
  const sections = [
    [
      paint.strong(show(agent)),
      paint.faint(`what it can touch, exactly, from ${dayText(from)} until ${dayText(until)}`),
    ],
    out.length > 0 ? grantLines(agent, out, options) : ['  nothing'],
    back.length > 0
      ? [paint.strong('What it lets in from elsewhere'), ...grantLines(agent, back, options)]
      : [],
  ];
  return joined(sections);
}

/** Grants by clause, each with its regions. */
export function grantLines(
  agent: string,
  grants: readonly Grant[],
  { paint, width, placeText, rules, all = false }: GrantOptions,
): string[] {
  const most = all ? everything : readable;
  const denied = all ? noDenies : rules.standingDenies(agent);
  return grants.flatMap((grant) => {
    const { deciding, regions, budget, direction } = grant;
    const { clause } = deciding;
    const place = clause === null ? undefined : placeText(clause);
    const own = `AgentPolicy/${agent}#`;
    const short = clause?.startsWith(own) ? clause.slice(own.length - 1) : clause;
    const head = [
      decidingText({ ...deciding, clause: short }),
      ...(budget ? [`budget ${budget.name}: ${bytesText(budget.bytes)} per ${budget.per}`] : []),
    ].join(', ');
    const shown = regions.slice(0, most.regions);
    const rest = regions.length - shown.length;
    const rows = shown.map((region) => ({
      sign: ' ',
      cells: harmless(regionCells(withoutStanding(region, denied), most.items), direction),
    }));
    return [
      `  ${show(head)}${place === undefined ? '' : paint.faint(` (${show(place)})`)}`,
      ...columnLines(rows, width),
      ...(rest > 0 ? [paint.faint(`    … and ${rest} more (--all)`)] : []),
    ];
  });
}

function harmless({ peer, traffic, when, whom }: RegionCells, direction: Grant['direction']) {
  const other = direction === 'ingress' ? `from ${peer}` : peer;
  return {
    peer: show(other),
    traffic: show(traffic),
    when: show(when),
    whom: show(whom),
  };
}

/** Sections with an empty line between; ends with a line break. */
export function joined(sections: readonly (readonly string[])[]): string {
  const texts = sections.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
  return `${texts.join('\n\n')}\n`;
}

function show(text: string): string {
  return harmlessText(text);
}
