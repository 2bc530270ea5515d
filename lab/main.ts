import { CommanderError } from 'commander';

import { exitCode, labProgram } from './commands/index.ts';

const abort = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => abort.abort(new Error(`interrupted (${signal})`)));
}
// A reader that went away must not keep a half-built lab from being removed.
process.stdout.on('error', () => undefined);

const program = labProgram(abort.signal);
for (const command of [program, ...program.commands]) command.exitOverride();
try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? exitCode.ok : exitCode.usage;
  } else {
    process.stderr.write(`lab: ${(error as Error).message}\n`);
    process.exitCode = error instanceof RangeError ? exitCode.usage : exitCode.failed;
  }
}
if (abort.signal.aborted) process.exitCode = exitCode.interrupted;
