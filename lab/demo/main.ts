import { Command, Option } from 'commander';
import { alone, down } from '../instance/index.ts';
import { labInstance } from '../net/index.ts';
import { lookAround } from './look-around.ts';
import { silentNarrator, tellSummary, terminalNarrator } from './narrator.ts';
import { runStory } from './run-story.ts';
import type { Stage } from './step.ts';
import { ending, type StoryName, stories } from './story.ts';

interface Options {
  readonly json?: boolean;
  readonly keep?: boolean;
  readonly story: StoryName;
}

const interrupted = 130;

const program = new Command('demo')
  .description('Shows Sallyport at work, on real packets in a network of its own on this machine.')
  .option(
    '--json',
    'print one JSON document {ok, interrupted, ms, steps: [{name, title, ok, ms, checks, figures}]}',
  )
  .addOption(
    new Option(
      '--story <name>',
      'circle: from pull request to packet; local: a policy folder, without a server',
    )
      .choices(Object.keys(stories))
      .default('circle'),
  )
  .option('--keep', 'leave the lab running at the end, and say how to look around')
  .addHelpText(
    'after',
    `
Needs root. Exit codes: 0 everything held; 1 something did not; 2 wrong usage; ${interrupted} interrupted.

Example:
  npm run demo -- --keep`,
  )
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
  .parse();

const { json = false, keep = false, story } = program.opts<Options>();
const instance = labInstance('demo');
const abort = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => abort.abort(new Error(`interrupted (${signal})`)));
}
// A reader that went away must not keep the lab from being taken down.
process.stdout.on('error', () => undefined);

const stage: Stage = { instance, signal: abort.signal };
const narrator = json ? silentNarrator : terminalNarrator(process.stdout);
const run = () => runStory(stage, stories[story], keep ? [] : ending, narrator);
// Whoever is not root is told so by the first step.
const report = await (process.getuid?.() === 0 ? alone(instance, run) : run()).catch(refuse);
if (keep && abort.signal.aborted) await down(instance);

if (json) process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`);
else tellSummary(process.stdout, report);
stage.control?.github.release();
if (keep && !json && !abort.signal.aborted) {
  process.stdout.write(lookAround(stage));
}
process.exitCode = abort.signal.aborted ? interrupted : report.ok ? 0 : 1;

/** Another demo is under way: this one would take its lab away. */
function refuse(error: Error): never {
  console.error(error.message);
  process.exit(1);
}
