import type { Command } from 'commander';
import { type Coverage, coverageOf } from '../analysis/index.ts';
import { harmlessJson, harmlessText, isError } from '../policy/index.ts';
import { type LoadedPolicies, loadPolicies } from '../source/index.ts';
import {
  count,
  countProblems,
  coverageReport,
  paintFor,
  problemReport,
} from '../terminal/index.ts';
import { exitCodes, exitCodesHelp } from './exit-codes.ts';

const help = `
Errors are what must be mended, failed cases of PolicyTests among them; warnings and notices are what is most likely not
meant: clauses that can never decide, that have expired or soon will, data that may leave unencrypted, and more.
The coverage of a clause is one of: enforced, partly (and why), not enforceable here (by this version's gateways).

Examples:
  $ sallyport check policies
  $ sallyport check policies --coverage
  $ sallyport check policies --json | jq '.problems[] | .code'
${exitCodesHelp}`;

interface Options {
  readonly json?: boolean;
  readonly coverage?: boolean;
}

/** `sallyport check DIR`: are the policies of a folder in order? */
export function registerCheck(program: Command): void {
  program
    .command('check')
    .summary('say whether the policies of a folder are in order')
    .description(
      'Reads all policies of a folder, runs their PolicyTests and lists what is wrong with them, with places and remedies.',
    )
    .argument('<dir>', 'the policy folder')
    .option('--coverage', 'say of every clause how far gateways enforce it')
    .option('--json', 'print one JSON document instead of text, coverage included')
    .addHelpText('after', help)
    .action(async (dir: string, { json = false, coverage = false }: Options) => {
      const loaded = await loadPolicies(dir, { now: Date.now() });
      process.stdout.write(json ? jsonReport(loaded) : textReport(dir, loaded, coverage));
      process.exitCode = loaded.problems.some(isError) ? exitCodes.policyErrors : exitCodes.ok;
    });
}

/** Nothing where the policies have errors: there is nothing to enforce. */
function coverageIn({ policySet, ruleSet }: LoadedPolicies): Coverage[] {
  return ruleSet ? coverageOf(policySet, ruleSet) : [];
}

function textReport(dir: string, loaded: LoadedPolicies, withCoverage: boolean): string {
  const { ignored, ruleSet } = loaded;
  const paint = paintFor(process.stdout);
  const skipped =
    ignored.length > 0
      ? `${paint.faint(`ignored: ${ignored.map(harmlessText).join(', ')}`)}\n`
      : '';
  const covered = withCoverage && ruleSet ? coverageReport(coverageIn(loaded), paint) : '';
  return covered + problemReport({ dir, ...loaded }, paint) + skipped + summary(dir, loaded);
}

function summary(dir: string, { files, policySet, problems, tests }: LoadedPolicies): string {
  const { agents, guardrails } = policySet;
  const inOrder = problems.some(isError) && tests.length === 0 ? ' in order' : '';
  const held = tests.filter(({ ok }) => ok).length;
  const tested = tests.length > 0 ? `, ${held} of ${count(tests.length, 'test case')} hold` : '';
  return `${harmlessText(dir)}: ${count(files.length, 'file')}, ${count(agents.length, 'agent')} and ${count(guardrails.length, 'guardrail')}${inOrder}${tested}, ${countProblems(problems)}\n`;
}

function jsonReport(loaded: LoadedPolicies): string {
  const { files, policySet, problems, ignored, tests } = loaded;
  const report = {
    ok: !problems.some(isError),
    files: files.map(({ path }) => path),
    agents: policySet.agents.map(({ metadata }) => metadata.name),
    guardrails: policySet.guardrails.map(({ metadata }) => metadata.name),
    problems,
    tests: { cases: tests.length, failed: tests.filter(({ ok }) => !ok).length },
    coverage: coverageIn(loaded),
    ignored,
  };
  return `${harmlessJson(report, 2)}\n`;
}
