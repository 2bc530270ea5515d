import type { Command } from 'commander';
import { checkPrivileges } from '../kernel/index.ts';
import { detach } from './detach.ts';
import { exitCodesHelp } from './exit-codes.ts';
import { GatewayKey } from './gateway-key.ts';
import { nameOption } from './name-option.ts';
import { stateFolder } from './start-daemon.ts';
import { readStatus, statusText } from './status.ts';

interface Options {
  readonly name: string;
  readonly json?: boolean;
}

const statusHelp = `
Examples:
  # sallyport-gateway status
  # sallyport-gateway status --json | jq .packets
${exitCodesHelp}`;

/** `sallyport-gateway status`: what is in force, read from the kernel. */
export function registerStatus(program: Command): void {
  program
    .command('status')
    .summary('say what is in force')
    .description('Reads the rules in force, the agents and the counters from the kernel.')
    .option('--name <name>', 'which gateway', nameOption, 'default')
    .option('--json', 'print one JSON document')
    .addHelpText('after', statusHelp)
    .action(async ({ name, json = false }: Options) => {
      checkPrivileges();
      const status = await readStatus(name);
      process.stdout.write(json ? `${JSON.stringify(status, null, 2)}\n` : statusText(status));
    });
}

const detachHelp = `
Example:
  # sallyport-gateway detach
${exitCodesHelp}`;

/** `sallyport-gateway detach`: ends enforcement. */
export function registerDetach(program: Command): void {
  program
    .command('detach')
    .summary('end enforcement: traffic passes unjudged')
    .description(
      'Takes the programs off the interfaces of this network namespace and removes everything that is pinned. Other filters stay as they are.',
    )
    .option('--name <name>', 'which gateway', nameOption, 'default')
    .option('--json', 'print one JSON document')
    .addHelpText('after', detachHelp)
    .action(async ({ name, json = false }: Options) => {
      checkPrivileges();
      const detached = await detach(name);
      process.stdout.write(json ? `${JSON.stringify(detached)}\n` : describe(detached));
    });
}

function describe({ interfaces, pins }: Awaited<ReturnType<typeof detach>>): string {
  if (interfaces.length === 0 && !pins) return 'nothing was in force\n';
  const from = interfaces.length > 0 ? interfaces.join(', ') : 'no interface';
  return `detached from ${from}; traffic passes unjudged\n`;
}

const keyHelp = `
Put it into the server's configuration, under "gateways" (docs/app.md).

Example:
  # sallyport-gateway key
${exitCodesHelp}`;

/** `sallyport-gateway key`: the public half of what the gateway signs its reports with. */
export function registerKey(program: Command): void {
  program
    .command('key')
    .summary('print the public key of this gateway')
    .description(
      'Prints the key that the server knows this gateway by; makes it where there is none.',
    )
    .option('--name <name>', 'which gateway', nameOption, 'default')
    .option('--state <dir>', 'where it keeps its files (default: /var/lib/sallyport/<name>)')
    .addHelpText('after', keyHelp)
    .action(async (options: { readonly name: string; readonly state?: string }) => {
      const key = await GatewayKey.load(stateFolder(options));
      process.stdout.write(`${key.publicKey}\n`);
    });
}
