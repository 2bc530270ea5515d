import { once } from 'node:events';
import type { Command } from 'commander';
import { Daemon } from './daemon.ts';
import { exitCodesHelp } from './exit-codes.ts';
import { FolderSource } from './folder-source.ts';
import { createLog } from './log.ts';

const help = `
The rules stay in force when this process ends, however it ends; a new one adopts them. To end
enforcement: sallyport-gateway detach. SIGHUP reads the policies again.

Examples:
  # sallyport-gateway run --policies /etc/sallyport/policies --interface eth1
  # sallyport-gateway run --policies ./policies --interface veth-a --interface veth-b | tee flows.jsonl
${exitCodesHelp}`;

interface Options {
  readonly policies: string;
  readonly interface: string[];
  readonly name: string;
  readonly json?: boolean;
}

/** `sallyport-gateway run`: enforces the policies of a folder, and every change of them. */
export function registerRun(program: Command): void {
  program
    .command('run')
    .summary('enforce the policies of a folder')
    .description(
      'Judges every packet on agent-facing interfaces by the policies of a folder, follows the folder’s changes, and logs flows to standard output. A broken change leaves the rules before it in force.',
    )
    .requiredOption('--policies <dir>', 'the policy folder')
    .requiredOption(
      '--interface <name>',
      'an interface that faces agents; may be given several times',
      (value: string, before: string[] = []) => [...before, value],
    )
    .option('--name <name>', 'tells several gateways on one machine apart', nameOption, 'default')
    .option('--json', 'log JSON lines on a terminal too')
    .addHelpText('after', help)
    .action(run);
}

async function run(options: Options): Promise<void> {
  const daemon = await Daemon.start({
    name: options.name,
    source: new FolderSource(options.policies),
    interfaces: [...new Set(options.interface)],
    log: createLog(process.stdout, options.json ?? false),
  });
  process.on('SIGHUP', () => daemon.reload());
  await Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
  await daemon.stop();
}

/** It becomes a folder's name. */
export function nameOption(value: string): string {
  if (/^[a-z0-9][a-z0-9-]{0,62}$/.test(value)) return value;
  throw new Error(`--name ${value}: use letters a–z, digits and hyphens`);
}
