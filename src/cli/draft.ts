import path from 'node:path';
import type { Command } from 'commander';
import {
  type DraftPolicy,
  draftFile,
  draftText,
  harmlessJson,
  type PolicyFile,
  type Problem,
} from '../policy/index.ts';
import { readPolicyFile } from '../source/index.ts';
import { count, countProblems, paintFor, problemReport } from '../terminal/index.ts';
import { exitCodes } from './exit-codes.ts';

const help = `
The draft is YAML on standard output. Hints are tools.*.security_labels that have the shape of a domain, lists named
allow_hosts, annotators.*.endpoint, and URLs of approval resolvers. Each becomes a clause whose comment says where it
stands in the manifest. What only you can know is marked FILL-IN, and sallyport check refuses it until it is filled in.
Rego, Cedar and other policies of the manifest are named and not compiled.

Examples:
  $ sallyport draft agents/support/manifest.yaml > policies/support.yaml
  $ sallyport draft manifest.yaml --json | jq '.drafts[].clauses[].id'

Exit codes:
  0  a draft was made
  1  the file has errors, or is no manifest
  2  wrong usage, or the file cannot be read`;

/** `sallyport draft FILE`: a policy made of what an Agent Control Specification manifest hints at. */
export function registerDraft(program: Command): void {
  program
    .command('draft')
    .summary('draft a policy of what an Agent Control Specification manifest hints at')
    .description(
      'Drafts an AgentPolicy of what an Agent Control Specification manifest hints at, for somebody to read and complete.',
    )
    .argument('<file>', 'the manifest')
    .option('--json', 'print one JSON document instead of YAML')
    .addHelpText('after', help)
    .action(async (name: string, { json = false }: { json?: boolean }) => {
      const file = await readManifestFile(name);
      const { drafts, problems } =
        'text' in file ? draftFile(file) : { drafts: [], problems: [file] };
      if (problems.length > 0) process.exitCode = exitCodes.policyErrors;
      if (json) process.stdout.write(jsonReport(drafts, problems));
      else if (problems.length > 0) {
        const files = 'text' in file ? [file] : [];
        const paint = paintFor(process.stderr);
        process.stderr.write(problemReport({ dir: '', files, problems }, paint));
        process.stderr.write(`${countProblems(problems)}: no draft was made\n`);
      } else {
        process.stdout.write(drafts.map(draftText).join('---\n'));
        process.stderr.write(`${drafts.map(summary).join('\n')}\n`);
      }
    });
}

/** The file under the name that the user gave, or the problem that it is too large. */
async function readManifestFile(name: string): Promise<PolicyFile | Problem> {
  const read = await readPolicyFile(path.resolve(name), name);
  if ('file' in read) return read.file;
  if ('problem' in read && read.problem.code === 'SP102') return read.problem;
  const why = 'problem' in read ? read.problem.message : 'it does not exist';
  throw new Error(`${name}: ${why}`);
}

function summary({ clauses, left, notCompiled }: DraftPolicy): string {
  const parts = [
    `${count(clauses.length, 'clause')} drafted`,
    ...(left.length > 0 ? [`${count(left.length, 'hint')} left`] : []),
    ...(notCompiled.length > 0 ? [`${notCompiled.length} of its policies not compiled`] : []),
  ];
  return `${parts.join(', ')}; fill in what is marked FILL-IN`;
}

function jsonReport(drafts: readonly DraftPolicy[], problems: readonly Problem[]): string {
  const report = {
    ok: problems.length === 0,
    drafts: drafts.map((draft) => ({ ...draft, text: draftText(draft) })),
    problems,
  };
  return `${harmlessJson(report, 2)}\n`;
}
