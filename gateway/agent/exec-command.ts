import { createWriteStream, openSync } from 'node:fs';
import type { Command } from 'commander';
import { Cgroup, defaultUser, findAccount, runGoverned } from '../confine/index.ts';
import { checkPrivileges, KernelError } from '../kernel/index.ts';
import { CgroupSite } from './cgroup-site.ts';
import { exitCodes } from './exit-codes.ts';
import { createLog, type Log } from './log.ts';
import { nameOption } from './name-option.ts';
import { addRuleOptions, type RuleOptions } from './rule-options.ts';
import { clearRemains, removeSidecar } from './sidecar-remains.ts';
import { startDaemon } from './start-daemon.ts';

interface ExecOptions extends RuleOptions {
  readonly agent: string;
  readonly user?: string;
  readonly onBehalfOf?: readonly string[];
  readonly log?: string;
  readonly record?: string;
  readonly json?: boolean;
  readonly name?: string;
}

const help = `
The command and all that it starts is the agent, whatever its addresses. It runs as an ordinary user
without capabilities and cannot leave its cgroup; it starts when rules are in force, follows every
change of them, and ends together with all that it has started. What this holds, and what it cannot:
docs/attachments.md.

Without --log, what is refused is told on standard error.

Examples:
  $ sudo sallyport-gateway exec --agent invoice-processor --policies ./policies -- python agent.py
  # sallyport-gateway exec --agent research --user research --url https://sallyport.example.com \\
      --root root.json --group production --log /var/log/research.jsonl -- node dist/agent.js

Exit codes: that of the command; 128 + n if signal n ended it; 126 or 127 if it could not be run.
Before it is run:
  1  the policies have errors, or there are no rules to run it by
  2  wrong usage, or something cannot be read
  3  this machine refuses: privileges, cgroups, kernel`;

/** `sallyport-gateway exec`: one command, governed on this machine, without a gateway or a namespace. */
export function registerExec(program: Command): void {
  const command = program
    .command('exec')
    .summary('run one command governed, without a gateway')
    .description(
      'Runs a command as an agent: whatever it and its children send or get is judged by the policies, on this machine.',
    )
    .argument('<command...>', 'what to run, after --')
    .requiredOption('--agent <name>', 'whose policy it has', nameOption)
    .option('--user <user>', 'whom it runs as, never root (default: who called sudo, or nobody)')
    .option(
      '--on-behalf-of <principal>',
      'whom it acts for; may be given several times',
      (value: string, before: string[] = []) => [...before, value],
    )
    .option('--log <file>', 'append every flow to this file, as JSON lines')
    .option(
      '--name <name>',
      'tells sidecars of one agent apart (default: exec-<agent>)',
      nameOption,
    )
    .option('--json', 'JSON lines on a terminal too')
    .addHelpText('after', help)
    .action(exec);
  addRuleOptions(command);
}

async function exec(command: readonly string[], options: ExecOptions): Promise<void> {
  checkPrivileges();
  checkRoot();
  const account = await findAccount(options.user ?? defaultUser(process.env));
  const name = options.name ?? `exec-${options.agent}`;
  const log = openLog(options);
  await clearRemains(name);
  const cgroup = new Cgroup(name);
  cgroup.create();
  try {
    const site = new CgroupSite(cgroup, options.agent, options.onBehalfOf);
    const daemon = await startDaemon({ ...options, name }, site, log);
    try {
      if (daemon.isEnforcing) process.exitCode = await runGoverned(command, { cgroup, account });
      else process.exitCode = exitCodes.policyErrors;
      await cgroup.end();
    } finally {
      await daemon.stop();
    }
  } finally {
    await removeSidecar(name);
  }
}

function checkRoot(): void {
  if (process.geteuid?.() === 0) return;
  throw new KernelError(
    'no-privileges',
    'Only root can give a command a cgroup and a user: use sudo.',
  );
}

/** Where nobody asked for a log, standard error is the command's: it has what went wrong, and no more. */
function openLog({ log: path, json = false }: ExecOptions): Log {
  if (path !== undefined) {
    return createLog(createWriteStream(path, { fd: openSync(path, 'a', 0o640) }), true);
  }
  const log = createLog(process.stderr, json);
  return (level, entry) => {
    if (level !== 'info') log(level, entry);
  };
}
