import { type Command, InvalidArgumentError } from 'commander';
import { harmlessJson, harmlessText } from '../../src/policy/index.ts';
import { registryLimits, type WorkloadAnswer } from '../workloads/index.ts';
import { exitCodesHelp } from './exit-codes.ts';
import { nameOption } from './name-option.ts';
import { textTable } from './text-table.ts';
import { WorkloadClient } from './workload-client.ts';

interface Options {
  readonly name: string;
  readonly json?: boolean;
}

interface RegisterOptions extends Options {
  readonly address: readonly string[];
  readonly label?: Readonly<Record<string, string>>;
  readonly principal?: readonly string[];
  readonly forNobody?: boolean;
  readonly ttl: number;
}

const help = `
Examples:
  # sallyport-gateway workloads
  # sallyport-gateway workloads register replica-7 --address 10.8.1.7 --label app=invoice \\
      --principal user:ada --ttl 300
  # sallyport-gateway workloads remove replica-7
${exitCodesHelp}

The registry over HTTP, for orchestrators: docs/workloads.md.`;

/** `sallyport-gateway workloads`: what has registered, and by hand what an orchestrator does. */
export function registerWorkloads(program: Command): void {
  const workloads = withCommon(program.command('workloads'))
    .summary('list, register and remove workloads')
    .description(
      'Lists the workloads that have registered at the gateway that runs on this machine.',
    )
    .addHelpText('after', help)
    .action(async ({ name, json }: Options) => {
      const all = await new WorkloadClient(name).list();
      process.stdout.write(json ? `${harmlessJson(all, 2)}\n` : `${listText(all)}\n`);
    });
  withCommon(workloads.command('register'))
    .summary('register a workload, or change or renew it')
    .description(
      'Registers a workload under a name of your choice. Again under the same name, it is changed and its lease begins anew.',
    )
    .argument('<id>', 'what it is called, such as the name of the replica')
    .requiredOption(
      '--address <address>',
      'an address of its packets; may be given several times',
      listed,
    )
    .option('--label <key=value>', 'a label; may be given several times', labelled)
    .option('--principal <principal>', 'whom it acts for; may be given several times', listed)
    .option(
      '--for-nobody',
      'it is known to act for nobody; without it and --principal that is not known',
    )
    .option('--ttl <seconds>', 'how long it holds', seconds, registryLimits.usualTtl)
    .addHelpText('after', help)
    .action(register);
  withCommon(workloads.command('remove'))
    .summary('remove a workload: it is unknown from now on')
    .description('Ends a registration before its time.')
    .argument('<id>', 'what it was registered as')
    .addHelpText('after', help)
    .action(async (id: string, { name, json }: Options) => {
      await new WorkloadClient(name).remove(id);
      process.stdout.write(json ? `${harmlessJson({ removed: id })}\n` : `${id} is removed\n`);
    });
}

async function register(id: string, options: RegisterOptions): Promise<void> {
  const { name, json, address, label, principal, forNobody, ttl } = options;
  if (forNobody && principal) throw new Error('--for-nobody and --principal exclude each other.');
  const principals = forNobody ? [] : principal;
  const body = { addresses: address, labels: label ?? {}, ttl, ...(principals && { principals }) };
  const workload = await new WorkloadClient(name).put(id, body);
  const text = `${id} is ${workload.agent} until ${workload.expiresAt}`;
  process.stdout.write(`${json ? harmlessJson(workload, 2) : harmlessText(text)}\n`);
}

function withCommon(command: Command): Command {
  return command
    .option('--name <name>', 'which gateway', nameOption, 'default')
    .option('--json', 'print one JSON document');
}

function listText(workloads: readonly WorkloadAnswer[]): string {
  if (workloads.length === 0) return 'no workload is registered';
  return textTable([
    ['ID', 'AGENT', 'ADDRESSES', 'ACTS FOR', 'EXPIRES'],
    ...workloads.map(({ id, agent, addresses, principals, expiresAt }) =>
      [
        id,
        agent ?? 'none',
        addresses.join(' '),
        principals === null ? 'not known' : principals.join(' ') || 'nobody',
        expiresAt,
      ].map(harmlessText),
    ),
  ]);
}

function listed(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}

function labelled(value: string, before: Readonly<Record<string, string>> = {}) {
  const [, key, stated] = /^([^=]+)=(.*)$/s.exec(value) ?? [];
  if (key === undefined || stated === undefined)
    throw new InvalidArgumentError('a label, as app=invoice');
  return { ...before, [key]: stated };
}

function seconds(value: string): number {
  const { shortestTtl: least, longestTtl: most } = registryLimits;
  const number = Number(value);
  if (Number.isInteger(number) && number >= least && number <= most) return number;
  throw new InvalidArgumentError(`a whole number from ${least} to ${most}`);
}
