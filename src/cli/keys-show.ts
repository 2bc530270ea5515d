import type { Command } from 'commander';
import { inspectRepository, type RepositoryFacts } from '../bundle/index.ts';
import { harmlessJson, harmlessText } from '../policy/index.ts';

const help = `
Example:
  $ sallyport keys show --repository tuf

Exit codes:
  0  all is well
  2  wrong usage, or there is no whole repository`;

/** `sallyport keys show`: the roles of a repository, their keys and when they expire, and what is published. */
export function registerKeysShow(keys: Command): void {
  keys
    .command('show')
    .summary('list roles, keys, expiry and what is published')
    .description(
      'Lists the roles of a repository with their keys and expiry, and the bundles that are published. Needs no keys; signatures are not checked.',
    )
    .requiredOption('--repository <dir>', 'folder of the repository')
    .option('--json', 'print one JSON document instead of text')
    .addHelpText('after', help)
    .action(async ({ repository, json }: { repository: string; json?: boolean }) => {
      const facts = await inspectRepository(repository);
      process.stdout.write(json ? `${harmlessJson(facts, 2)}\n` : textOf(facts));
    });
}

function textOf({ roles, groups }: RepositoryFacts): string {
  const roleLines = roles.map(
    ({ role, version, expires, threshold, keyIds }) =>
      `${role.padEnd(10)} ${String(version ?? '').padEnd(8)} ${expires}  ${threshold} of ${keyIds.map((id) => id.slice(0, 12)).join(' ')}\n`,
  );
  const groupLines = groups.map(
    ({ group, seq, commit, createdAt }) =>
      `${harmlessText(group)}: bundle ${seq} of commit ${commit.slice(0, 12)}, ${createdAt}\n`,
  );
  return [
    `ROLE       VERSION  EXPIRES               KEYS\n`,
    ...roleLines,
    groups.length > 0 ? '\n' : '\nnothing is published yet\n',
    ...groupLines,
  ].join('');
}
