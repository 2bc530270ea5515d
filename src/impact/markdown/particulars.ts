import { code, details, fenced, htmlCode, linkTo, table } from '../../markdown/index.ts';
import { renderReachMarkdown } from '../../reach/report/index.ts';
import { outcomeText, placeText, unrecordedTexts } from '../describe-rules.ts';
import type { FileDiff } from '../file-diffs.ts';
import type { ImpactReport } from '../impact-report.ts';
import { countOf, formatNumber } from '../phrase.ts';
import type { DocumentChange } from '../rule-changes.ts';
import type { AgentImpact, Change, ChangeKind, Simulation } from '../simulation.ts';
import type { Detail } from './detail.ts';
import type { Links } from './links.ts';
import { changedFlows, more } from './overview.ts';
import { sentence } from './sentence.ts';

/** What the edit does, whether there was traffic for it or not: exactly, or else what it says. */
export function reachSection(
  { reach, ruleChanges }: ImpactReport,
  detail: Detail,
  links: Links,
): string {
  if ('diff' in reach) {
    return renderReachMarkdown(reach, { budget: detail.reach, level: 3, links }).trimEnd();
  }
  const rules = ruleSection(ruleChanges, detail);
  const why = `The exact change of reach is not told: ${reach.untold}. \`sallyport diff\` tells it.`;
  return rules === '' ? why : `${rules}\n\n${why}`;
}

function ruleSection(changes: readonly DocumentChange[], detail: Detail): string {
  if (changes.length === 0 || detail.statements === 0) return '';
  const lines = changes.flatMap(({ document, statements }) =>
    statements.map(({ phrase }) => `- ${code(document)}: ${sentence(phrase)}`),
  );
  const shown = lines.slice(0, detail.statements);
  return `### What the rules say now\n\n${shown.join('\n')}${more(lines.length - shown.length, 'change')}`;
}

const kindTexts: Readonly<Record<ChangeKind, string>> = {
  newlyDenied: 'newly denied',
  newlyAllowed: 'newly allowed',
  newlyWouldDeny: 'newly reported',
  noLongerWouldDeny: 'no longer reported',
  undetermined: 'undetermined',
};

/** One part to open for each agent whose traffic changes. */
export function agentDetails({ agents }: Simulation, detail: Detail): string[] {
  const changed = agents
    .filter(({ changes }) => changes.length > 0)
    .toSorted((a, b) => changedFlows(b) - changedFlows(a));
  const shown = changed.slice(0, detail.openAgents).map((impact) => agentPart(impact, detail));
  return [...shown, more(changed.length - shown.length, 'agent', ' with changes').trimStart()];
}

function agentPart(impact: AgentImpact, detail: Detail): string {
  const { agent, changes, unlisted } = impact;
  const shown = changes.slice(0, detail.changes);
  const rows = shown.map((change) => [
    kindTexts[change.kind],
    code(placeText(change.destination)),
    formatNumber(change.flows),
    ...(['before', 'after'] as const).map((side) => outcomeCell(change, side)),
    examplesCell(change, detail.examples),
  ]);
  const body = table(
    [
      ['Change', 'left'],
      ['Destination', 'left'],
      ['Flows', 'right'],
      ['Before', 'left'],
      ['After', 'left'],
      ['For example', 'left'],
    ],
    rows,
  );
  const rest = more(changes.length - shown.length, 'destination');
  const hidden =
    unlisted > 0 ? `\n\n${countOf(unlisted, 'flow')} to still other destinations.` : '';
  const name = agent === null ? 'No agent' : htmlCode(agent);
  const summary = `${name}: ${countOf(changedFlows(impact), 'flow')} to look at`;
  return details(summary, `${body}${rest}${hidden}`);
}

function outcomeCell(change: Change, side: 'before' | 'after'): string {
  const outcome = change[side];
  if (outcome) return code(outcomeText(outcome));
  return change.dependsOn ? `_depends on ${unrecordedTexts[change.dependsOn]}_` : '';
}

function examplesCell({ examples }: Change, most: number): string {
  return examples
    .slice(0, most)
    .map(({ at, src, dst }) => code(`${at.slice(0, 19)}Z ${src} → ${dst}`))
    .join('<br>');
}

/** How far gateways hold what the policies say after the change. */
export function coverageLine({ coverage }: ImpactReport): string {
  const total = Object.values(coverage).reduce((sum, number) => sum + number, 0);
  if (total === 0) return '';
  const { enforced, partly, 'not enforceable here': not } = coverage;
  const counts = [
    `${countOf(enforced, 'clause')} enforced`,
    ...(partly > 0 ? [`${formatNumber(partly)} partly`] : []),
    ...(not > 0 ? [`**${formatNumber(not)} not enforceable by this version's gateways**`] : []),
  ];
  return `Coverage: ${counts.join(', ')}.`;
}

export function diffDetails(diffs: readonly FileDiff[], detail: Detail): string {
  if (diffs.length === 0 || detail.diff === 0) return '';
  let room = detail.diff;
  const lines = diffs.flatMap(({ path, change, lines: body }) => {
    const size = body?.reduce((sum, line) => sum + line.length + 1, 0) ?? 0;
    room -= size;
    const told = body === null || room < 0 ? ['(too long to show here)'] : body;
    return [`--- ${path} (${change})`, ...told];
  });
  return details(`Policy diff: ${countOf(diffs.length, 'file')}`, fenced('diff', lines));
}

/** How to see the same on one's own machine. */
export function nextCommands({ commits }: ImpactReport, folder: string): string {
  const isPlain = /^[\w./-]+$/.test(folder) && !folder.startsWith('-');
  const dir = isPlain ? folder : 'POLICIES';
  const base = /^[\da-f]{7,64}$/.test(commits.before ?? '') ? commits.before?.slice(0, 12) : 'BASE';
  return `### Next\n\n${fenced('sh', [
    `sallyport check ${dir}`,
    `git worktree add ../before ${base}`,
    `sallyport simulate ../before/${dir} ${dir} --recording RECORDING`,
  ])}`;
}

export function footer({ commits, recording, simulation }: ImpactReport, links: Links): string {
  const shas = [commits.before, commits.after].map((sha) =>
    sha === null ? '–' : linkTo(sha.slice(0, 12), links.commit?.(sha)),
  );
  const { beyondRules, recordedOtherwise, from, to } = simulation;
  const parts = [
    shas.join(' → '),
    recording ? `recording ${code(recording.name)}` : 'no recording',
    from !== null && to !== null ? `${code(from)} to ${code(to)}` : '',
    recordedOtherwise > 0
      ? `${countOf(recordedOtherwise, 'flow')} recorded under other rules than those before`
      : '',
    beyondRules > 0 ? `${countOf(beyondRules, 'packet')} left out that no rule decides` : '',
    recording ? skippedText(recording.summary.skipped) : '',
  ];
  return `<sub>${parts.filter((part) => part !== '').join(' · ')}</sub>`;
}

function skippedText({
  malformed,
  tooLong,
  torn,
}: {
  malformed: number;
  tooLong: number;
  torn: number;
}) {
  const unread = malformed + tooLong + torn;
  return unread > 0 ? `${countOf(unread, 'line')} of the recording unreadable` : '';
}
