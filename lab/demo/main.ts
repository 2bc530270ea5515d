import { Command } from 'commander';
import { down } from '../instance/index.ts';
import { labInstance } from '../net/index.ts';
import { silentNarrator, tellSummary, terminalNarrator } from './narrator.ts';
import { runStory } from './run-story.ts';
import { ending, story } from './story.ts';

const interrupted = 130;

const program = new Command('demo')
  .description('Shows Sallyport at work, on real packets in a network of its own on this machine.')
  .option(
    '--json',
    'print one JSON document {ok, interrupted, ms, steps: [{name, title, ok, ms, checks, figures}]}',
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

const { json = false, keep = false } = program.opts<{ json?: boolean; keep?: boolean }>();
const instance = labInstance('demo');
const abort = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => abort.abort(new Error(`interrupted (${signal})`)));
}
// A reader that went away must not keep the lab from being taken down.
process.stdout.on('error', () => undefined);

const stage = { instance, signal: abort.signal };
const narrator = json ? silentNarrator : terminalNarrator(process.stdout);
const report = await runStory(stage, story, keep ? [] : ending, narrator);
if (keep && abort.signal.aborted) await down(instance);

if (json) process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`);
else tellSummary(process.stdout, report);
if (keep && !json && !abort.signal.aborted) {
  process.stdout.write(`
The lab is still up. Look around:
  npm run lab -- --instance ${instance.name} status
  npm run lab -- --instance ${instance.name} watch
  npm run lab -- --instance ${instance.name} exec invoice-processor dig billing.acme.example
  edit a file in ${instance.runDirectory}/policies
and then:
  npm run lab -- --instance ${instance.name} down
`);
}
process.exitCode = abort.signal.aborted ? interrupted : report.ok ? 0 : 1;
