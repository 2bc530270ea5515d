import type { Command } from 'commander';
import { harmlessJson, harmlessText, isError } from '../policy/index.ts';
import { type LoadedPolicies, loadPolicies } from '../source/index.ts';
import { count, countProblems, paintFor, problemReport } from '../terminal/index.ts';
import { exitCodes, exitCodesHelp } from './exit-codes.ts';

const help = `
Examples:
  $ sallyport check policies
  $ sallyport check policies --json | jq '.problems[] | .code'
${exitCodesHelp}`;

/** `sallyport check DIR`: are the policies of a folder in order? */
export function registerCheck(program: Command): void {
  program
    .command('check')
    .summary('say whether the policies of a folder are in order')
    .description(
      'Reads all policies of a folder and lists what is wrong with them, with places and remedies.',
    )
    .argument('<dir>', 'the policy folder')
    .option('--json', 'print one JSON document instead of text')
    .addHelpText('after', help)
    .action(async (dir: string, { json = false }: { json?: boolean }) => {
      const loaded = await loadPolicies(dir);
      process.stdout.write(json ? jsonReport(loaded) : textReport(dir, loaded));
      process.exitCode = loaded.problems.some(isError) ? exitCodes.policyErrors : exitCodes.ok;
    });
}

function textReport(dir: string, loaded: LoadedPolicies): string {
  const { ignored } = loaded;
  const paint = paintFor(process.stdout);
  const skipped =
    ignored.length > 0
      ? `${paint.faint(`ignored: ${ignored.map(harmlessText).join(', ')}`)}\n`
      : '';
  return problemReport({ dir, ...loaded }, paint) + skipped + summary(dir, loaded);
}

function summary(dir: string, { files, policySet, problems }: LoadedPolicies): string {
  const { agents, guardrails } = policySet;
  const inOrder = problems.some(isError) ? ' in order' : '';
  return `${harmlessText(dir)}: ${count(files.length, 'file')}, ${count(agents.length, 'agent')} and ${count(guardrails.length, 'guardrail')}${inOrder}, ${countProblems(problems)}\n`;
}

function jsonReport({ files, policySet, problems, ignored }: LoadedPolicies): string {
  const report = {
    ok: !problems.some(isError),
    files: files.map(({ path }) => path),
    agents: policySet.agents.map(({ metadata }) => metadata.name),
    guardrails: policySet.guardrails.map(({ metadata }) => metadata.name),
    problems,
    ignored,
  };
  return `${harmlessJson(report, 2)}\n`;
}
