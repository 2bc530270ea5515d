import type { Command } from 'commander';
import {
  type ImpactReport,
  impactReport,
  renderMarkdown,
  renderTerminal,
  reportJson,
  simulate,
} from '../impact/index.ts';
import { harmlessJson } from '../policy/index.ts';
import { reachReport } from '../reach/report/index.ts';
import { compile } from '../rules/index.ts';
import { paintFor, soundPolicies } from '../terminal/index.ts';
import { openRecording } from '../traffic/index.ts';

const help = `
A recording is a folder that a gateway writes to (sallyport-gateway run --record DIR), or one of its files.
Each flow in it is judged by the old and by the new policies.

Examples:
  $ sallyport simulate main/policies policies --recording /var/lib/sallyport/recording
  $ sallyport simulate old new --recording flows --json | jq .simulation.counts

Exit codes:
  0  the simulation was done, whatever it shows
  1  the policies of one of the folders have errors
  2  wrong usage, or a folder or the recording cannot be read`;

interface Options {
  readonly recording: string;
  readonly json?: boolean;
  readonly markdown?: boolean;
  readonly reach: boolean;
}

/** `sallyport simulate OLD NEW`: what a change of policies does to recorded traffic. */
export function registerSimulate(program: Command): void {
  program
    .command('simulate')
    .summary('say what a change of policies does to recorded traffic')
    .description(
      'Replays recorded flows by the policies of two folders and tells which flows would be newly allowed or denied, and by which clause.',
    )
    .argument('<old>', 'the policy folder before the change')
    .argument('<new>', 'the policy folder after it')
    .requiredOption('--recording <path>', 'the recorded flows')
    .option('--json', 'print one JSON document instead of text')
    .option('--markdown', 'print the comment that a pull request would get')
    .option(
      '--no-reach',
      'leave out the exact change of reach, which takes long if thousands of clauses differ',
    )
    .addHelpText('after', help)
    .action(simulateFolders);
}

async function simulateFolders(old: string, now: string, options: Options): Promise<void> {
  const { recording: path, json = false, markdown = false } = options;
  const before = await soundPolicies(old, json);
  const after = before && (await soundPolicies(now, json));
  if (!before || !after) return;
  const recording = await openRecording(path);
  const sides = {
    before: { ...before, ruleSet: compile(before.policySet) },
    after: { ...after, ruleSet: compile(after.policySet) },
  };
  const simulation = await simulate(sides.before.ruleSet, sides.after.ruleSet, recording.flows());
  const { summary } = recording;
  const reach = options.reach
    ? reachReport(sides.before, sides.after, { from: Date.now() })
    : { untold: 'it was left out' };
  const report = impactReport({ ...sides, simulation, reach, recording: { name: path, summary } });
  process.stdout.write(textOf(report, { json, markdown }));
}

function textOf(report: ImpactReport, { json, markdown }: { json: boolean; markdown: boolean }) {
  if (json) return `${harmlessJson({ ok: true, ...reportJson(report) }, 2)}\n`;
  if (markdown) return renderMarkdown(report);
  return renderTerminal(report, paintFor(process.stdout));
}
