import { once } from 'node:events';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { checkPrivileges } from '../kernel/index.ts';
import { exitCodesHelp } from './exit-codes.ts';
import { createLog } from './log.ts';
import { nameOption } from './name-option.ts';
import { type RunOptions, startDaemon } from './start-daemon.ts';

/** How long what is still unread of the log may be waited for at the end. */
const LAST_LINES_MS = 1000;

const help = `
The rules stay in force when this process ends, however it ends; a new one adopts them. To end
enforcement: sallyport-gateway detach. SIGHUP looks for new rules at once.

Examples:
  # sallyport-gateway run --policies /etc/sallyport/policies --interface eth1
  # sallyport-gateway run --policies ./policies --interface veth-a --interface veth-b | tee flows.jsonl
  # sallyport-gateway run --root root.json --group production --url https://sallyport.example.com \\
      --interface eth1 --record /var/lib/sallyport/recording
${exitCodesHelp}`;

/** `sallyport-gateway run`: enforces the policies of a folder or of a server, and every change of them. */
export function registerRun(program: Command): void {
  program
    .command('run')
    .summary('enforce policies, and every change of them')
    .description(
      'Judges every packet on agent-facing interfaces by the policies of a folder, or by the signed bundles of a server, and logs flows to standard output. A broken change leaves the rules before it in force.',
    )
    .requiredOption(
      '--interface <name>',
      'an interface that faces agents; may be given several times',
      (value: string, before: string[] = []) => [...before, value],
    )
    .option('--policies <dir>', 'take the rules from this policy folder')
    .addOption(new Option('--url <url>', 'take the rules from this server').conflicts('policies'))
    .option('--root <file>', 'with --url: the trusted root.json, from enrolment')
    .option(
      '--group <name>',
      'which gateway group this gateway is of; with --policies only where they describe several',
      nameOption,
    )
    .option(
      '--poll <seconds>',
      'with --url: look for new rules this often, told or not',
      seconds,
      30,
    )
    .option(
      '--state <dir>',
      'with --url: keep key and last good bundle here (default: /var/lib/sallyport/<name>)',
    )
    .option('--record <dir>', 'keep flows in this folder, for simulations')
    .option('--name <name>', 'tells several gateways on one machine apart', nameOption, 'default')
    .option('--json', 'log JSON lines on a terminal too')
    .addHelpText('after', help)
    .action(run);
}

async function run(options: RunOptions & { readonly json?: boolean }): Promise<void> {
  checkPrivileges();
  const daemon = await startDaemon(options, createLog(process.stdout, options.json ?? false));
  process.on('SIGHUP', () => daemon.reload());
  await Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
  await daemon.stop();
  // Lines for a reader that has stopped reading do not keep the process.
  setTimeout(() => process.exit(), LAST_LINES_MS).unref();
}

function seconds(value: string): number {
  const number = Number(value);
  if (number >= 1 && number <= 3600) return number;
  throw new InvalidArgumentError('a number from 1 to 3600');
}
