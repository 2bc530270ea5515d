import { Argument, type Command } from 'commander';
import {
  custodyOf,
  initRepository,
  type KeyRole,
  renewOffline,
  renewRepository,
  rotateKeys,
} from '../bundle/index.ts';
import { harmlessJson, harmlessText } from '../policy/index.ts';
import { registerKeysShow } from './keys-show.ts';
import {
  type PassphraseOptions,
  passphraseOptions,
  passphrasesHelp,
  readPassphrases,
} from './passphrases.ts';
import { wholeNumber } from './whole-number.ts';

interface Place extends PassphraseOptions {
  readonly keys: string;
  readonly repository: string;
  readonly json?: boolean;
}

/** `sallyport keys …`: who signs what gateways enforce. */
export function registerKeys(program: Command): void {
  const keys = program
    .command('keys')
    .summary('make, renew and replace the keys that sign bundles')
    .description(
      'Keeps the keys of a bundle repository (TUF): root and targets keys offline, keys for bundles, snapshot and timestamp online. docs/bundles.md describes the ceremony.',
    )
    .addHelpText('after', `\nExample:\n  $ sallyport keys init --keys keys --repository tuf\n`);
  registerInit(keys);
  registerRotate(keys);
  registerRenew(keys);
  registerKeysShow(keys);
}

function registerInit(keys: Command): void {
  withPlace(keys.command('init'))
    .summary('make all keys and an empty, signed repository')
    .description('Makes all keys and an empty, signed repository. Nothing is ever overwritten.')
    .option('--threshold <n>', 'how many offline keys must sign', wholeNumber, 2)
    .option(
      '--offline-keys <n>',
      'how many root and how many targets keys (threshold + 1)',
      wholeNumber,
    )
    .option('--bins <n>', 'over how many files groups are spread, a power of two', wholeNumber, 16)
    .addHelpText(
      'after',
      helpWith('keys init --keys keys --repository tuf --passphrase-file secret'),
    )
    .action(async (options: Place & { threshold: number; offlineKeys?: number; bins: number }) => {
      const made = await initRepository({
        ...options,
        passphrases: await readPassphrases(options),
      });
      print(options, made, [
        `${made.root}\n  enrols gateways: bring it to each of them by a way that you trust`,
        `offline keys: move each to a place of its own, and a copy to another\n${indented(made.offline)}`,
        `online keys: they stay with the publisher\n${indented(made.online)}`,
      ]);
    });
}

function registerRotate(keys: Command): void {
  withPlace(keys.command('rotate'))
    .summary('replace the keys of a role')
    .description(
      'Replaces the keys of a role. Root, targets, snapshot and timestamp keys are replaced by authority of the root keys, bundles keys by that of the targets keys. Gateways follow by themselves.',
    )
    .addArgument(new Argument('<role>', 'whose keys').choices(Object.keys(custodyOf)))
    .option('--key <id>', 'replace only the key whose id begins so')
    .option(
      '--discard-bundles',
      'for bundles, after a theft: drop what the old key signed; publish every group again at once',
    )
    .addHelpText('after', helpWith('keys rotate timestamp --keys keys --repository tuf'))
    .action(async (role: KeyRole, options: Place & { key?: string; discardBundles?: boolean }) => {
      const done = await rotateKeys({
        ...options,
        role,
        passphrases: await readPassphrases(options),
      });
      print(options, done, [
        `new keys, to be kept ${custodyOf[role]}\n${indented(done.created)}`,
        `retired keys: destroy them and their copies\n${indented(done.retired)}`,
        `root version ${done.rootVersion}, timestamp version ${done.timestampVersion}`,
      ]);
    });
}

function registerRenew(keys: Command): void {
  withPlace(keys.command('renew'))
    .summary('sign what is about to expire for another lifetime')
    .description(
      'Signs anew, with the same keys, what has less than half of its lifetime left. Run it every hour, from a timer: timestamps last a day. With --offline also root and targets, whatever is left of them.',
    )
    .option('--offline', 'renew root and targets too; their keys must be at hand')
    .addHelpText('after', helpWith('keys renew --offline --keys keys --repository tuf'))
    .action(async (options: Place & { offline?: boolean }) => {
      const place = { ...options, passphrases: await readPassphrases(options) };
      const first = options.offline ? await renewOffline(place) : undefined;
      const online = await renewRepository(place);
      const renewed = [...new Set([...(first?.renewed ?? []), ...online.renewed])];
      print(options, { ...online, renewed }, [
        renewed.length > 0 ? `renewed: ${renewed.join(', ')}` : 'nothing is due',
        `root expires ${online.expires.root}, targets ${online.expires.targets}`,
      ]);
    });
}

function withPlace(command: Command): Command {
  return passphraseOptions(
    command
      .requiredOption('--keys <dir>', 'folder of the private keys')
      .requiredOption('--repository <dir>', 'folder of the repository, as the web server shows it'),
  ).option('--json', 'print one JSON document instead of text');
}

function helpWith(example: string): string {
  return `${passphrasesHelp}

Example:
  $ sallyport ${example}

Exit codes:
  0  all is well
  2  wrong usage, keys that are not at hand, or something that cannot be read or written`;
}

function print({ json }: Place, result: object, lines: readonly string[]): void {
  const text = json ? harmlessJson({ ok: true, ...result }, 2) : lines.join('\n');
  process.stdout.write(`${text}\n`);
}

function indented(paths: readonly string[]): string {
  return paths.map((path) => `  ${harmlessText(path)}`).join('\n');
}
