import { type Command, InvalidArgumentError } from 'commander';
import { execa } from 'execa';
import { checkGroup, groupRules, type Publication, publishBundle } from '../bundle/index.ts';
import { harmlessJson } from '../policy/index.ts';
import { compile } from '../rules/index.ts';
import { count, soundPolicies } from '../terminal/index.ts';
import {
  onlinePassphraseOption,
  type PassphraseOptions,
  passphrasesHelp,
  readPassphrases,
} from './passphrases.ts';
import { wholeNumber } from './whole-number.ts';

const help = `${passphrasesHelp}

Examples:
  $ sallyport publish policies --group default --keys keys --repository tuf
  $ sallyport publish policies --group edge --keys keys --repository tuf --commit "$GIT_COMMIT" --pull-request 17

Exit codes:
  0  the rules are published
  1  the policies have errors; nothing was published
  2  wrong usage, keys that are not at hand, or something that cannot be read or written`;

interface Options extends PassphraseOptions {
  readonly group: string;
  readonly keys: string;
  readonly repository: string;
  readonly commit?: string;
  readonly pullRequest?: number;
  readonly json?: boolean;
}

/** `sallyport publish DIR`: compile a folder, sign the rules, put them where gateways fetch them. */
export function registerPublish(program: Command): void {
  const command = program
    .command('publish')
    .summary('sign the rules of a folder and publish them to a gateway group')
    .description(
      'Compiles the policies of a folder, signs what is for the gateway group with the online keys and puts it into the repository, from where the gateways of the group fetch them.',
    )
    .argument('<dir>', 'the policy folder')
    .requiredOption('--group <name>', 'the gateway group', groupName)
    .requiredOption('--keys <dir>', 'folder of the private keys; only online/ is read')
    .requiredOption('--repository <dir>', 'folder of the repository, made by `sallyport keys init`')
    .option(
      '--commit <sha>',
      'the commit of the policies; unless said, that of the Git work tree',
      commitId,
    )
    .option('--pull-request <n>', 'the pull request that brought them', wholeNumber)
    .option('--json', 'print one JSON document instead of text');
  onlinePassphraseOption(command).addHelpText('after', help).action(publishFolder);
}

async function publishFolder(dir: string, options: Options): Promise<void> {
  const start = performance.now();
  const { json = false, group, keys, repository } = options;
  const loaded = await soundPolicies(dir, json);
  if (!loaded) return;
  const { ruleSet, warning } = groupRules(compile(loaded.policySet), group);
  if (warning !== undefined) process.stderr.write(`warning: ${warning}\n`);
  const compileMs = performance.now() - start;
  const commit = options.commit ?? (await commitOf(dir));
  const published = await publishBundle({
    ...{ group, keys, repository, ruleSet },
    passphrases: await readPassphrases(options),
    custom: { commit, pullRequest: options.pullRequest ?? null },
  });
  const timings = { compileMs, ...published.timings };
  const report = {
    ok: true,
    ...published,
    timings,
    problems: loaded.problems,
    warning: warning ?? null,
  };
  process.stdout.write(json ? `${harmlessJson(report, 2)}\n` : textOf(published));
}

function textOf({ group, digest, custom, timestampVersion }: Publication): string {
  const { seq, commit, agents, clauses } = custom;
  return `${group}: bundle ${seq} of commit ${commit.slice(0, 12)}, ${count(agents, 'agent')} and ${count(clauses, 'clause')}, timestamp version ${timestampVersion}\nsha256 ${digest}\n`;
}

/** The commit that is checked out, if the folder is as it was committed. */
async function commitOf(dir: string): Promise<string> {
  const git = (...words: string[]) => execa('git', ['-C', dir, ...words]);
  try {
    const { stdout: changes } = await git('status', '--porcelain', '--', '.');
    if (changes === '') return (await git('rev-parse', 'HEAD')).stdout;
  } catch (error) {
    throw new Error(`${dir} is in no Git work tree: say the commit with --commit`, {
      cause: error,
    });
  }
  throw new Error(`${dir} has changes that are not committed: commit them, or say --commit`);
}

function commitId(text: string): string {
  if (/^[0-9a-f]{7,64}$/.test(text)) return text;
  throw new InvalidArgumentError('It must be 7 to 64 hexadecimal digits.');
}

function groupName(text: string): string {
  try {
    return checkGroup(text);
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}
