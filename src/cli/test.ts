import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { closest } from 'fastest-levenshtein';
import {
  describeCase,
  expectationText,
  type PolicyTestResult,
  verdictText,
} from '../analysis/index.ts';
import { harmlessJson } from '../policy/index.ts';
import {
  loadTestedPolicies,
  paintFor,
  testsJunit,
  testsTap,
  testsText,
} from '../terminal/index.ts';
import { exitCodes } from './exit-codes.ts';

const help = `
Each case of a PolicyTest is a flow and what must become of it. A name in \`to\` means that the agent has learned it, with
an equal SNI; what a case leaves out (at, onBehalfOf) is not known, so conditions on it fail in an allow and hold in a deny.

Examples:
  $ sallyport test policies
  $ sallyport test policies patient-data --verbose
  $ sallyport test policies --junit results.xml
  $ sallyport test policies --tap

Exit codes:
  0  every case came out as expected
  1  a case did not, or the policies have errors
  2  wrong usage, there is no such test, or the folder cannot be read`;

interface Options {
  readonly verbose?: boolean;
  readonly json?: boolean;
  readonly tap?: boolean;
  readonly junit?: string;
}

/** `sallyport test DIR`: do the policies hold what their PolicyTests promise? */
export function registerTest(program: Command): void {
  program
    .command('test')
    .summary('run the PolicyTests of a folder')
    .description(
      'Judges every case of the PolicyTests in a folder and says which came out otherwise.',
    )
    .argument('<dir>', 'the policy folder')
    .argument('[tests...]', 'names of the PolicyTests to run; all of them by default')
    .option('--verbose', 'tell the cases that are as expected too')
    .option('--json', 'print one JSON document instead of text')
    .option('--tap', 'print the Test Anything Protocol (version 14) instead of text')
    .option(
      '--junit <file>',
      'write JUnit XML to a file, or with - to standard output instead of text',
    )
    .addHelpText('after', help)
    .action(testFolder);
}

async function testFolder(dir: string, names: readonly string[], options: Options): Promise<void> {
  const { json = false, tap = false, junit } = options;
  if ([json, tap, junit === '-'].filter(Boolean).length > 1) {
    throw new Error('--json, --tap and --junit - all print to standard output: choose one of them');
  }
  const results = await loadTestedPolicies(dir, json);
  if (!results) return;
  const chosen = chosenOf(results, names);
  if (junit !== undefined && junit !== '-') await writeResults(junit, testsJunit(chosen));
  process.stdout.write(textOf(chosen, dir, options));
  process.exitCode = chosen.every(({ ok }) => ok) ? exitCodes.ok : exitCodes.policyErrors;
}

async function writeResults(file: string, xml: string): Promise<void> {
  try {
    await writeFile(file, xml);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`cannot write the results: ${why}`, { cause: error });
  }
}

function chosenOf(results: readonly PolicyTestResult[], names: readonly string[]) {
  if (names.length === 0) return results;
  const known = [...new Set(results.map(({ test }) => test))];
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return results.filter(({ test }) => names.includes(test));
  const hint = known.length > 0 ? `did you mean ${closest(unknown, known)}?` : 'there are none';
  throw new Error(`there is no PolicyTest ${JSON.stringify(unknown)}: ${hint}`);
}

function textOf(results: readonly PolicyTestResult[], dir: string, options: Options): string {
  const { json, tap, junit, verbose = false } = options;
  if (json) return `${harmlessJson(jsonOf(results), 2)}\n`;
  if (tap) return testsTap(results);
  if (junit === '-') return testsJunit(results);
  return testsText(results, { dir, paint: paintFor(process.stdout), verbose });
}

function jsonOf(results: readonly PolicyTestResult[]) {
  return {
    ok: results.every(({ ok }) => ok),
    cases: results.map(({ test, number, ok, case: one, verdict }) => ({
      test,
      number,
      ok,
      case: describeCase(one),
      expected: expectationText(one),
      actual: verdictText(verdict),
      verdict,
      ...one.position,
    })),
  };
}
