import { type Alignment, code, linkTo, table } from '../../markdown/index.ts';
import type { AttentionItem } from '../attention.ts';
import type { ImpactReport } from '../impact-report.ts';
import { formatNumber } from '../phrase.ts';
import type { AgentImpact, Counts, Simulation } from '../simulation.ts';
import type { Detail } from './detail.ts';
import type { Links } from './links.ts';
import { sentence } from './sentence.ts';

const marks = { breaks: '⛔', changes: '⚠️', quiet: 'ℹ️', none: '✅' } as const;

export function headingLines({ headline }: ImpactReport): string {
  return `## ${marks[headline.level]} Sallyport: ${headline.text}`;
}

const columns: readonly (readonly [keyof Counts, string])[] = [
  ['newlyAllowed', 'Newly allowed'],
  ['newlyDenied', 'Newly denied'],
  ['newlyWouldDeny', 'Newly reported by audit'],
  ['noLongerWouldDeny', 'No longer reported'],
  ['unchanged', 'Unchanged'],
  ['undetermined', 'Undetermined'],
];
const always: readonly (keyof Counts)[] = [
  'newlyAllowed',
  'newlyDenied',
  'unchanged',
  'undetermined',
];

/** Agents whose traffic changes come first; the columns of audit are there only where it has a say. */
export function agentsTable({ agents, counts }: Simulation, detail: Detail): string {
  if (agents.length === 0) return '';
  const shown = columns.filter(([key]) => always.includes(key) || counts[key] > 0);
  const sorted = agents.toSorted((a, b) => changedFlows(b) - changedFlows(a));
  const rows = sorted
    .slice(0, detail.agents)
    .map((impact) => [agentName(impact), ...shown.map(([key]) => cell(impact.counts[key], key))]);
  const heading: [string, Alignment][] = [
    ['Agent', 'left'],
    ...shown.map(([, title]): [string, Alignment] => [title, 'right']),
  ];
  return `${table(heading, rows)}${more(sorted.length - rows.length, 'agent')}`;
}

function cell(number: number, key: keyof Counts): string {
  const text = formatNumber(number);
  return number > 0 && key !== 'unchanged' ? `**${text}**` : text;
}

function agentName({ agent }: AgentImpact): string {
  return agent === null ? '_no agent_' : code(agent);
}

export function changedFlows({ counts }: AgentImpact): number {
  const { unchanged, ...changed } = counts;
  return Object.values(changed).reduce((sum, number) => sum + number, 0);
}

const itemMarks = { breaks: '⛔', weakens: '🛡️', opens: '🔓', unsure: '❔' } as const;

export function attentionSection(
  items: readonly AttentionItem[],
  detail: Detail,
  links: Links,
): string {
  if (items.length === 0) return '';
  const lines = items.slice(0, detail.attention).map(({ kind, phrase, place }) => {
    const where = place
      ? ` — ${linkTo(`${place.file}:${place.line}`, links.line?.(place))}${place.side === 'before' ? ' before' : ''}`
      : '';
    return `- ${itemMarks[kind]} ${sentence(phrase)}${where}`;
  });
  return `### Needs attention\n\n${lines.join('\n')}${more(items.length - lines.length, 'item')}`;
}

/** A paragraph that says how much was left out. */
export function more(number: number, noun: string, which = ''): string {
  return number > 0
    ? `\n\n… and ${formatNumber(number)} more ${noun}${number === 1 ? '' : 's'}${which}.`
    : '';
}
