import { execa } from 'execa';

// Nothing of the machine's or the user's own configuration may change what the repositories hold.
export const environment = {
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_TERMINAL_PROMPT: '0',
  LC_ALL: 'C',
};

interface GitOptions {
  readonly input?: Uint8Array;
  /** Exit codes that are an answer and no failure, besides 0. */
  readonly answers?: readonly number[];
}

interface GitAnswer {
  readonly exitCode: number;
  readonly output: Buffer;
}

/**
 * Runs git on a bare repository.
 * @throws {ExecaError} when git fails, with what it said.
 */
export async function runGit(
  directory: string,
  parameters: readonly string[],
  { input, answers = [] }: GitOptions = {},
): Promise<GitAnswer> {
  const result = await execa('git', ['--git-dir', directory, ...parameters], {
    env: environment,
    encoding: 'buffer',
    stripFinalNewline: false,
    maxBuffer: 200_000_000,
    ...(input ? { input } : { stdin: 'ignore' }),
    reject: false,
  });
  const { exitCode } = result;
  if (exitCode === undefined || (exitCode !== 0 && !answers.includes(exitCode))) {
    const said = result.stderr ? Buffer.from(result.stderr).toString().trim() : '';
    throw new Error(`git ${parameters.join(' ')}: ${said || result.shortMessage || 'failed'}`);
  }
  return { exitCode, output: Buffer.from(result.stdout) };
}

/** As runGit, with the output as a line of text. */
export async function gitLine(
  directory: string,
  parameters: readonly string[],
  options?: GitOptions,
): Promise<string> {
  return (await runGit(directory, parameters, options)).output.toString().trimEnd();
}
