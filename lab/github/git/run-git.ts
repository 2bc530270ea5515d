import { execa } from 'execa';

// Nothing of the machine's or the user's own configuration may change what the repositories hold, nor what git sets for
// a hook that all this may run in. No clearing up in the background either: it would outlive the repositories.
export const environment = {
  GIT_DIR: undefined,
  GIT_WORK_TREE: undefined,
  GIT_INDEX_FILE: undefined,
  GIT_OBJECT_DIRECTORY: undefined,
  GIT_CONFIG_COUNT: '2',
  GIT_CONFIG_KEY_0: 'gc.auto',
  GIT_CONFIG_VALUE_0: '0',
  GIT_CONFIG_KEY_1: 'maintenance.auto',
  GIT_CONFIG_VALUE_1: 'false',
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
