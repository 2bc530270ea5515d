import { clip } from '../markdown/index.ts';
import { harmlessText, type Paint } from '../policy/index.ts';
import { headlineText } from '../reach/report/index.ts';
import { outcomeText, placeText, unrecordedTexts } from './describe-rules.ts';
import type { ImpactReport } from './impact-report.ts';
import { countOf, formatNumber, type Phrase, phraseText } from './phrase.ts';
import type { Change, Counts, Simulation } from './simulation.ts';

const mostItems = 20;
const longestValue = 200;

/** The report for a terminal. Values from policies and recordings cannot act on it. Ends with a line break. */
export function renderTerminal(report: ImpactReport, paint: Paint): string {
  const { headline, simulation, attention, ruleChanges } = report;
  const colour = headline.level === 'breaks' ? paint.error : paint.strong;
  const items = attention.map(({ kind, phrase, place }) => {
    const where = place ? paint.faint(` ${show(place.file)}:${place.line}`) : '';
    const isGrave = kind === 'breaks' || kind === 'weakens';
    return `  ${isGrave ? paint.warning(kind) : kind}: ${said(phrase, paint)}${where}`;
  });
  const statements = ruleChanges.flatMap((change) =>
    change.statements.map(
      ({ phrase }) => `  ${paint.strong(show(change.document))}: ${said(phrase, paint)}`,
    ),
  );
  const sections = [
    colour(headline.text),
    agentLines(simulation),
    section('Needs attention', items, paint),
    reachLine(report),
    section('Rules that change', statements, paint),
    ...simulation.agents.map(({ agent, changes, unlisted }) =>
      section(`Changes for ${show(agent ?? 'no agent')}`, changes.map(changeLine), paint, unlisted),
    ),
    notes(report).map(paint.faint).join('\n'),
  ];
  return `${sections.filter((text) => text !== '').join('\n\n')}\n`;
}

/** One line: `sallyport diff` has the rest. */
function reachLine({ reach }: ImpactReport): string {
  return 'diff' in reach
    ? `Reach ${headlineText(reach)}; sallyport diff tells exactly`
    : `Reach is not compared: ${reach.untold}`;
}

const columns: readonly (readonly [keyof Counts, string])[] = [
  ['newlyAllowed', 'newly allowed'],
  ['newlyDenied', 'newly denied'],
  ['newlyWouldDeny', 'newly reported'],
  ['noLongerWouldDeny', 'no longer reported'],
  ['unchanged', 'unchanged'],
  ['undetermined', 'undetermined'],
];

function agentLines({ agents }: Simulation): string {
  if (agents.length === 0) return '';
  const rows = [
    ['agent', ...columns.map(([, title]) => title)],
    ...agents.map(({ agent, counts }) => [
      show(agent ?? 'no agent'),
      ...columns.map(([key]) => formatNumber(counts[key])),
    ]),
  ];
  const widths = rows[0]?.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0))) ?? [];
  return rows
    .map((row) =>
      row
        .map((text, i) => (i === 0 ? text.padEnd(widths[i] ?? 0) : text.padStart(widths[i] ?? 0)))
        .join('  '),
    )
    .join('\n');
}

const kindTexts = {
  newlyDenied: 'newly denied',
  newlyAllowed: 'newly allowed',
  newlyWouldDeny: 'newly reported',
  noLongerWouldDeny: 'no longer reported',
  undetermined: 'undetermined',
} as const;

function changeLine({ kind, destination, flows, before, after, dependsOn }: Change): string {
  const missing = dependsOn ? `depends on ${unrecordedTexts[dependsOn]}` : '';
  const why = before && after ? `${outcomeText(before)} → ${outcomeText(after)}` : missing;
  return `  ${kindTexts[kind]} ${show(placeText(destination))}, ${countOf(flows, 'flow')}: ${show(why)}`;
}

function section(title: string, lines: readonly string[], paint: Paint, unlisted = 0): string {
  if (lines.length === 0) return '';
  const hidden = lines.length - mostItems;
  const rest = [
    ...(hidden > 0 ? [`  … and ${formatNumber(hidden)} more; --json tells all`] : []),
    ...(unlisted > 0 ? [`  … and ${countOf(unlisted, 'flow')} to still other destinations`] : []),
  ];
  return [paint.strong(title), ...lines.slice(0, mostItems), ...rest].join('\n');
}

function notes({ simulation, recording }: ImpactReport): string[] {
  const { recordedOtherwise, beyondRules, from, to } = simulation;
  const { malformed = 0, tooLong = 0, torn = 0 } = recording?.summary.skipped ?? {};
  const unread = malformed + tooLong + torn;
  return [
    ...(from !== null && to !== null ? [`recorded from ${show(from)} to ${show(to)}`] : []),
    ...(recordedOtherwise > 0
      ? [`${countOf(recordedOtherwise, 'flow')} recorded under other rules than the old ones here`]
      : []),
    ...(beyondRules > 0 ? [`${countOf(beyondRules, 'packet')} left out that no rule decides`] : []),
    ...(unread > 0 ? [`${countOf(unread, 'line')} of the recording unreadable`] : []),
    ...(recording?.summary.unreadable ?? []).map(
      ({ path, why }) => `segment ${show(path)} could not be read: ${show(why)}`,
    ),
  ];
}

function said(phrase: Phrase, paint: Paint): string {
  return phraseText(phrase, (value) => paint.strong(show(value)));
}

function show(value: string): string {
  return harmlessText(clip(value, longestValue));
}
