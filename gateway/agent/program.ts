import { createRequire } from 'node:module';
import { Command, CommanderError } from 'commander';
import { errorLine, paintFor } from '../../src/terminal/index.ts';
import { KernelError } from '../kernel/index.ts';
import { registerDecide } from './decide-command.ts';
import { registerDrift } from './drift-command.ts';
import { registerExec } from './exec-command.ts';
import { exitCodes, exitCodesHelp } from './exit-codes.ts';
import { registerDetach, registerKey, registerStatus } from './inspect-commands.ts';
import { registerRun } from './run-command.ts';
import { registerWorkloads } from './workloads-command.ts';

// Resolved by the package's own name: the file lies at another distance from `gateway` than from `dist`.
const { version } = createRequire(import.meta.url)('sallyport/package.json');

const help = `
Example:
  $ sallyport-gateway run --policies ./policies --interface eth1
${exitCodesHelp}

How it works and how to operate it: docs/gateway.md.`;

/** Runs `sallyport-gateway` with the arguments of a process and sets its exit code. */
export async function runProgram(argv: readonly string[]): Promise<void> {
  const program = new Command('sallyport-gateway')
    .description(
      'Enforces agents’ network permissions on this machine’s interfaces, in the kernel.',
    )
    .version(version)
    // `workloads` and its subcommands have options of the same names: each takes those that stand after it.
    .enablePositionalOptions()
    .showHelpAfterError('(see --help)')
    .addHelpText('after', help)
    .exitOverride();
  registerRun(program);
  registerExec(program);
  registerStatus(program);
  registerDecide(program);
  registerDrift(program);
  registerDetach(program);
  registerKey(program);
  registerWorkloads(program);
  try {
    await program.parseAsync(argv);
  } catch (error) {
    process.exitCode = exitCodeOf(error);
  }
}

function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(errorLine(paintFor(process.stderr), message));
  return error instanceof KernelError ? exitCodes.kernel : exitCodes.usage;
}
