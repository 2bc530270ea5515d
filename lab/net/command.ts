import { type ExecaError, execa } from 'execa';

export interface CommandOptions {
  readonly input?: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs a command to its end and gives what it printed.
 * @throws {Error} naming the command and what it said, when it cannot be run or does not exit with 0.
 */
export async function command(
  file: string,
  args: readonly string[],
  { input = '', signal }: CommandOptions = {},
): Promise<string> {
  try {
    // A process group of its own: Ctrl-C reaches the lab, which then stops what runs and cleans up in its own order.
    const { stdout } = await execa(file, args, {
      input,
      detached: true,
      ...(signal && { cancelSignal: signal }),
    });
    return stdout;
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    const { code, stderr, shortMessage } = error as ExecaError;
    if (code === 'ENOENT')
      throw new Error(`${file} is not installed: run \`npm run setup\` as root`);
    throw new Error(`${shortMessage}${stderr ? `\n${String(stderr).trim()}` : ''}`, {
      cause: error,
    });
  }
}
