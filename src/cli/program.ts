import { createRequire } from 'node:module';
import { Command, CommanderError } from 'commander';
import { errorLine, paintFor } from '../terminal/index.ts';
import { registerCheck } from './check.ts';
import { registerCompile } from './compile.ts';
import { registerDecide } from './decide.ts';
import { registerDiff } from './diff.ts';
import { registerDraft } from './draft.ts';
import { exitCodes, exitCodesHelp } from './exit-codes.ts';
import { registerExplain } from './explain.ts';
import { registerInit } from './init.ts';
import { registerKeys } from './keys.ts';
import { registerPublish } from './publish.ts';
import { registerReach } from './reach.ts';
import { registerSchema } from './schema.ts';
import { registerServe } from './serve.ts';
import { registerSimulate } from './simulate.ts';
import { registerTest } from './test.ts';

// Resolved by the package's own name: the file lies at another distance from `src` than from `dist`.
const { version } = createRequire(import.meta.url)('sallyport/package.json');

const help = `
Example:
  $ sallyport check policies
${exitCodesHelp}

The policy language is described in docs/policy-language.md.`;

/** Runs `sallyport` with the arguments of a process and sets its exit code. */
export async function runProgram(argv: readonly string[]): Promise<void> {
  try {
    await sallyport().parseAsync(argv);
  } catch (error) {
    process.exitCode = exitCodeOf(error);
  }
}

function sallyport(): Command {
  const program = new Command('sallyport')
    .description(
      'An agent’s network permissions are a YAML file in Git; Linux gateways enforce them.',
    )
    .version(version)
    .showHelpAfterError('(see --help)')
    .addHelpText('after', help)
    // Commander would exit with 1, which means that policies have errors.
    .exitOverride();
  registerCheck(program);
  registerCompile(program);
  registerDecide(program);
  registerDiff(program);
  registerDraft(program);
  registerExplain(program);
  registerInit(program);
  registerKeys(program);
  registerPublish(program);
  registerReach(program);
  registerSchema(program);
  registerServe(program);
  registerSimulate(program);
  registerTest(program);
  return program;
}

function exitCodeOf(error: unknown): number {
  // Commander has printed its own message already; help and version end with 0.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(errorLine(paintFor(process.stderr), message));
  return exitCodes.usage;
}

/** `sallyport … | head` ends when the reader does, without a stack trace. */
export function endQuietlyWithReader(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit();
  });
}
