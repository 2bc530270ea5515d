import path from 'node:path';
import { type Command, Option } from 'commander';
import { harmlessJson, harmlessText } from '../policy/index.ts';
import type { ReachVerdict } from '../reach/index.ts';
import {
  type Place,
  type ReachReport,
  reachJson,
  reachReport,
  renderReachMarkdown,
  renderReachTerminal,
} from '../reach/report/index.ts';
import { loadSides, type PolicySide, type PolicySides } from '../source/index.ts';
import { paintFor, tellProblems, terminalWidth } from '../terminal/index.ts';
import { exitCodes } from './exit-codes.ts';
import { instant } from './instant-option.ts';

const help = `
OLD and NEW are each a folder, or a revision REV[:PATH] of the Git repository that you stand in; main...HEAD compares HEAD
with where it left main, main..HEAD with main itself. Revisions are read as data: nothing is checked out or executed. A
revision without PATH means the folder --path, else that of the other side, else policies, else the root.

Decisions are compared exactly, not by samples, over the 366 days from --from: − is reachable no longer, + is reachable now,
~ is handled otherwise. Failed PolicyTests do not keep policies from being compared; sallyport check tells them.

Examples:
  $ sallyport diff main...HEAD
  $ sallyport diff main policies --fail-on widens
  $ sallyport diff v1.4.0:policies v1.5.0:policies --json | jq -r .verdict
  $ sallyport diff old new --markdown

Exit codes:
  0  the comparison was made, whatever it shows
  1  the policies of a side have errors
  2  wrong usage, or a side cannot be read
  3  the change does what --fail-on names`;

interface Options {
  readonly path?: string;
  readonly from?: number;
  readonly failOn?: 'widens' | 'narrows' | 'any';
  readonly all?: boolean;
  readonly json?: boolean;
  readonly markdown?: boolean;
}

/** `sallyport diff OLD NEW`: what does a change of policies do to what every agent can reach? */
export function registerDiff(program: Command): void {
  program
    .command('diff')
    .summary('say exactly what a change does to the reach of every agent')
    .description(
      'Compares the policies of two folders or Git revisions: what became reachable or unreachable for which agent, when and for whom, and which clause decides before and after.',
    )
    .argument('<old>', 'folder or revision before the change, or a range such as main...HEAD')
    .argument('[new]', 'folder or revision after it')
    .option('--path <folder>', 'the policy folder in revisions, from the root of the repository')
    .option('--from <time>', 'compare from this day or time on (default: now)', instant)
    .addOption(
      new Option('--fail-on <verdict>', 'exit with 3 if the change does this').choices([
        'widens',
        'narrows',
        'any',
      ]),
    )
    .option('--all', 'tell everything, however long it is')
    .option('--json', 'print one JSON document instead of text')
    .option('--markdown', 'print GitHub’s Markdown instead of text')
    .addHelpText('after', help)
    .action(diffSides);
}

async function diffSides(old: string, now: string | undefined, options: Options): Promise<void> {
  const { json = false, markdown = false, failOn } = options;
  if (json && markdown)
    throw new Error('--json and --markdown exclude each other: choose one of them');
  const sides = await loadSides(now === undefined ? [old] : [old, now], { path: options.path });
  const { before, after } = sides;
  for (const { isMissing, place } of json ? [] : [before, after]) {
    if (isMissing)
      process.stderr.write(`${harmlessText(place)} does not exist: compared as no policies\n`);
  }
  const sound = [before, after].map(({ place, loaded }) =>
    process.exitCode ? undefined : tellProblems(place, loaded, { json, quiet: true }),
  );
  if (!sound[0] || !sound[1]) return;
  const report = reachReport(sound[0], sound[1], { from: options.from ?? Date.now() });
  process.stdout.write(textOf(report, sides, options));
  if (failOn && fails(report.diff.verdict, failOn)) process.exitCode = exitCodes.failOn;
}

function textOf(report: ReachReport, sides: PolicySides, { json, markdown, all = false }: Options) {
  const { before, after } = sides;
  if (json) {
    const document = { ok: true, before: sideJson(before), after: sideJson(after) };
    return `${harmlessJson({ ...document, ...reachJson(report) }, 2)}\n`;
  }
  if (markdown) return renderReachMarkdown(report);
  const paint = paintFor(process.stdout);
  const compared = `${sideText(before)} → ${sideText(after)}`;
  const placeText = (place: Place) => placeIn(sides[place.side], place);
  const width = terminalWidth(process.stdout);
  return `${paint.faint(harmlessText(compared))}\n${renderReachTerminal(report, { paint, width, placeText, all })}`;
}

function sideJson({ place, commit, path: folder }: PolicySide) {
  return { place, commit: commit ?? null, path: folder ?? null };
}

function sideText({ place, commit }: PolicySide): string {
  return commit === undefined || place.startsWith(commit.slice(0, 12))
    ? place
    : `${place} (${commit.slice(0, 12)})`;
}

/** `policies/a.yaml:7` in the new policies, `main:policies/a.yaml:7` in those of a revision before. */
function placeIn(side: PolicySide, { side: when, file, line }: Place): string {
  if (side.path === undefined) return `${path.join(side.place, file)}:${line}`;
  const name = when === 'after' ? '' : side.place.slice(0, side.place.indexOf(':') + 1);
  return `${name}${path.posix.join(side.path, file)}:${line}`;
}

function fails(verdict: ReachVerdict, failOn: NonNullable<Options['failOn']>): boolean {
  if (verdict === 'equivalent') return false;
  return failOn === 'any' || verdict === 'both' || verdict === failOn;
}
