import { execa } from 'execa';
import { GitError } from './git-error.ts';

// Only objects are read, whatever the repository's configuration says: no other objects in their place, no hook, no
// daemon, and no program that its remotes may name to fetch what a partial clone lacks.
const settings = ['-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null'];
const environment = {
  GIT_NO_REPLACE_OBJECTS: '1',
  GIT_NO_LAZY_FETCH: '1',
  GIT_ALLOW_PROTOCOL: '',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_TERMINAL_PROMPT: '0',
  LC_ALL: 'C',
};

export interface GitAnswer {
  readonly ok: boolean;
  readonly output: Buffer;
  /** What git said on standard error, on one line. */
  readonly said: string;
}

interface GitOptions {
  readonly input?: string;
  /** Most bytes of output. */
  readonly most?: number;
}

/**
 * Runs git in a folder; a refusal is an answer.
 * @throws {GitError} if git is not there or gives more than the most.
 */
export async function askGit(
  cwd: string,
  words: readonly string[],
  { input, most = 256 * 1024 * 1024 }: GitOptions = {},
): Promise<GitAnswer> {
  const result = await execa('git', ['--no-pager', ...settings, ...words], {
    cwd,
    env: environment,
    encoding: 'buffer',
    stripFinalNewline: false,
    maxBuffer: most,
    ...(input === undefined ? { stdin: 'ignore' } : { input }),
    reject: false,
  });
  const said = Buffer.from(result.stderr).toString().trim().replaceAll(/\s+/g, ' ');
  if (result.exitCode !== undefined && !result.isMaxBuffer) {
    return { ok: result.exitCode === 0, output: Buffer.from(result.stdout), said };
  }
  if (result.code === 'ENOENT')
    throw new GitError('git was not found: install it, or add it to PATH');
  throw new GitError(`git ${words[0]}: ${result.shortMessage}`);
}

/**
 * Runs git in a folder.
 * @throws {GitError} also if git refuses.
 */
export async function runGit(
  cwd: string,
  words: readonly string[],
  options?: GitOptions,
): Promise<Buffer> {
  const { ok, output, said } = await askGit(cwd, words, options);
  if (!ok) throw new GitError(`git ${words[0]}: ${said || 'it failed without a word'}`);
  return output;
}
