import type { Command } from 'commander';
import { harmlessJson, harmlessText } from '../policy/index.ts';
import {
  builtinName,
  compile,
  type RuleSet,
  ruleSetDigest,
  serialiseRuleSet,
} from '../rules/index.ts';
import { count, soundPolicies } from '../terminal/index.ts';
import { exitCodesHelp } from './exit-codes.ts';
import { writeAtomically } from './write-atomically.ts';

const help = `
Equal policies give equal bytes, whatever the order of files: compare the digests.

Examples:
  $ sallyport compile policies > rules.json
  $ sallyport compile policies --out rules.json
  $ sallyport compile policies --out rules.json --json | jq -r .digest
${exitCodesHelp}`;

interface Options {
  readonly out?: string;
  readonly json?: boolean;
}

/** `sallyport compile DIR`: the rules that a policy folder comes to, as canonical JSON. */
export function registerCompile(program: Command): void {
  program
    .command('compile')
    .summary('print the rules that the policies of a folder come to')
    .description(
      'Compiles the policies of a folder to one rule set in canonical JSON, on standard output or in a file. A summary goes to standard error.',
    )
    .argument('<dir>', 'the policy folder')
    .option('--out <file>', 'write the rules to a file, in one step, instead of standard output')
    .option(
      '--json',
      'print one JSON document with digest, counts, problems and (without --out) rules',
    )
    .addHelpText('after', help)
    .action(compileFolder);
}

async function compileFolder(dir: string, { out, json = false }: Options): Promise<void> {
  const loaded = await soundPolicies(dir, json);
  if (!loaded) return;
  const ruleSet = compile(loaded.policySet);
  const text = `${serialiseRuleSet(ruleSet)}\n`;
  if (out !== undefined) await writeAtomically(out, text);
  const facts = factsOf(ruleSet);
  if (json) {
    const place = out === undefined ? { ruleSet } : { out };
    const report = { ok: true, ...facts, ...place, problems: loaded.problems };
    process.stdout.write(`${harmlessJson(report, 2)}\n`);
    return;
  }
  if (out === undefined) process.stdout.write(text);
  process.stderr.write(summary(facts, out));
}

interface Facts {
  readonly digest: string;
  readonly agents: number;
  /** Those of the folder, without the built-in one. */
  readonly guardrails: number;
  readonly clauses: number;
}

function factsOf(ruleSet: RuleSet): Facts {
  const guardrails = ruleSet.guardrails.filter(({ name }) => name !== builtinName);
  const documents = [...ruleSet.agents, ...guardrails];
  return {
    digest: ruleSetDigest(ruleSet),
    agents: ruleSet.agents.length,
    guardrails: guardrails.length,
    clauses: documents.reduce((sum, { deny, allow }) => sum + deny.length + allow.length, 0),
  };
}

function summary({ digest, agents, guardrails, clauses }: Facts, out?: string): string {
  const counts = `${count(agents, 'agent')}, ${count(guardrails, 'guardrail')}, ${count(clauses, 'clause')}`;
  const place = out === undefined ? '' : ` written to ${harmlessText(out)}`;
  return `${counts}${place}\nsha256 ${digest}\n`;
}
