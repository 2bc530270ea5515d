import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import type { Command } from 'commander';
import { checkPrivileges } from '../kernel/index.ts';
import { exitCodesHelp } from './exit-codes.ts';
import { type GovernedInterface, interfaceOption } from './interface-option.ts';
import { InterfaceSite } from './interface-site.ts';
import { createLog } from './log.ts';
import { nameOption } from './name-option.ts';
import { addRegistryOptions, type RegistryOptions, workloadOptions } from './registry-options.ts';
import { addRuleOptions, type RuleOptions } from './rule-options.ts';
import { startDaemon } from './start-daemon.ts';

/** How long what is still unread of the log may be waited for at the end. */
const LAST_LINES_MS = 1000;

interface RunOptions extends RuleOptions, RegistryOptions {
  readonly name: string;
  readonly interface: readonly GovernedInterface[];
  readonly json?: boolean;
}

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
  const command = program
    .command('run')
    .summary('enforce policies, and every change of them')
    .description(
      'Judges every packet on agent-facing interfaces by the policies of a folder, or by the signed bundles of a server, and logs flows to standard output. A broken change leaves the rules before it in force.',
    )
    .requiredOption(
      '--interface <name[=cidrs]>',
      'an interface that faces agents, and which addresses live behind it if not those that are routed there; may be given several times',
      interfaceOption,
    )
    .option('--name <name>', 'tells several gateways on one machine apart', nameOption, 'default')
    .option('--json', 'log JSON lines on a terminal too')
    .addHelpText('after', help)
    .action(run);
  addRuleOptions(command);
  addRegistryOptions(command);
}

async function run({ json = false, ...options }: RunOptions): Promise<void> {
  checkPrivileges();
  const log = createLog(process.stdout, json);
  const workloads = workloadOptions(options);
  const site = await InterfaceSite.find(options.interface, log);
  // Before the start: whoever reads that it is ready may end it at once.
  const ended = Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
  const tooLong = ended
    .then(() => pause(LAST_LINES_MS, undefined, { ref: false }))
    .then(() => undefined);
  const daemon = await Promise.race([startDaemon({ ...options, workloads }, site, log), tooLong]);
  if (!daemon) process.exit();
  process.on('SIGHUP', () => daemon.reload());
  await ended;
  await daemon.stop();
  // Lines for a reader that has stopped reading do not keep the process.
  setTimeout(() => process.exit(), LAST_LINES_MS).unref();
}
