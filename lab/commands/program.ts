import { resolve } from 'node:path';
import { Command } from 'commander';
import { readGitHub } from '../control/index.ts';
import { down, execOn, labPolicies, requireState, status, up } from '../instance/index.ts';
import { describeLeftovers, type HostName, hosts, labInstance } from '../net/index.ts';
import { exitCode } from './exit-code.ts';
import { statusText } from './status-text.ts';
import { watch } from './watch.ts';

const usage = `
Needs root. Exit codes: ${exitCode.ok} done; ${exitCode.failed} failed, or not (wholly) up; ${exitCode.usage} wrong usage; ${exitCode.interrupted} interrupted; \`exec\` gives the command's own.

Example:
  npm run lab -- up
  npm run lab -- exec invoice-processor dig billing.acme.example
  npm run lab -- down`;

/** The command line of the lab. `signal` is aborted when the user interrupts. */
export function labProgram(signal: AbortSignal): Command {
  const program = new Command('lab')
    .description(
      'A network of agents, services and a gateway on this machine, in network namespaces.',
    )
    .option('--instance <name>', 'which lab, where there are several', labInstance().name)
    // So that `exec` hands options on to the command that it runs.
    .enablePositionalOptions()
    .addHelpText('after', usage);
  const instance = () => labInstance(program.opts<{ instance: string }>().instance);
  const say = (text: string) => process.stdout.write(`${text}\n`);

  program
    .command('up')
    .description(
      'build it, replacing whatever is left of an earlier one; returns when all is ready',
    )
    .option('--policies <folder>', 'policy folder that the gateway watches', labPolicies)
    .option('--no-gateway', 'forward everything, to see what happens ungoverned')
    .action(async (options: { policies: string; gateway: boolean }) => {
      const start = performance.now();
      await up(instance(), {
        policies: resolve(options.policies),
        withoutGateway: !options.gateway,
        signal,
        onStage: (stage, ms) => say(`✓ ${stage} ${Math.round(ms)} ms`),
      });
      say(`The lab "${instance().name}" is up after ${Math.round(performance.now() - start)} ms.`);
      if (options.gateway) say(`Edit the files in ${resolve(options.policies)}, and watch.`);
    });

  program
    .command('status')
    .description('what is up, and whether it lives')
    .option('--json', 'as one JSON document')
    .action(async ({ json }: { json?: boolean }) => {
      const found = await status(instance());
      say(json ? JSON.stringify(found, undefined, 2) : statusText(found, process.stdout));
      process.exitCode = found.state === 'up' ? exitCode.ok : exitCode.failed;
    });

  program
    .command('exec')
    .description('run a command on an agent, or on any other host')
    .argument('<agent>', hosts.map((host) => host.name).join(', '))
    .argument('<command...>', 'the command and its arguments')
    .passThroughOptions()
    .action(async (agent: string, command: string[]) => {
      if (!isHostName(agent)) {
        const known = hosts.map((host) => host.name).join(', ');
        program.error(`no host is called "${agent}"; there are: ${known}`);
      }
      await requireState(instance());
      process.exitCode = await execOn(instance(), agent, command);
    });

  program
    .command('watch')
    .description('follow what the gateway decides')
    .option('--all', 'from its first line on')
    .option('--json', 'the gateway’s own JSON lines')
    .action(async ({ all = false, json = false }: { all?: boolean; json?: boolean }) => {
      await watch(instance(), { all, json, signal });
    });

  program
    .command('github')
    .description('read from the REST API of the lab’s GitHub, where the demo has left one (--keep)')
    .argument('[path]', 'inside the policy repository, such as /issues/3/comments', '')
    .action(async (path: string) => {
      await requireState(instance());
      process.exitCode = await execOn(instance(), 'control', readGitHub(instance(), path));
    });

  program
    .command('down')
    .description('remove it, or whatever is left of it')
    .action(async () => {
      const removed = describeLeftovers(await down(instance()));
      say(
        removed.length === 0 ? 'Nothing was left to remove.' : `Removed ${removed.length} things.`,
      );
    });

  return program;
}

function isHostName(name: string): name is HostName {
  return hosts.some((host) => host.name === name);
}
