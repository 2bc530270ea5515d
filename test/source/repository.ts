import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { onTestFinished } from 'vitest';

/** What a commit has at a path: a file's text, or where a symbolic link leads. */
export type Content = string | Uint8Array | { readonly link: string };

export interface Repository {
  readonly dir: string;
  /** Makes a commit that has these files and no others. @returns its id */
  readonly commit: (files: Readonly<Record<string, Content>>) => Promise<string>;
  readonly git: (...words: string[]) => Promise<string>;
}

// Nothing of the machine's own configuration, nor of a hook that tests may run in.
const environment = {
  GIT_DIR: undefined,
  GIT_WORK_TREE: undefined,
  GIT_INDEX_FILE: undefined,
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_AUTHOR_NAME: 'Test',
  GIT_AUTHOR_EMAIL: 'test@example.com',
  GIT_COMMITTER_NAME: 'Test',
  GIT_COMMITTER_EMAIL: 'test@example.com',
};

/** A Git repository in a temporary folder, until the test ends. */
export async function repository(): Promise<Repository> {
  const dir = mkdtempSync(path.join(tmpdir(), 'sallyport-git-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const git = async (...words: string[]) =>
    (await execa('git', ['-C', dir, ...words], { env: environment })).stdout;
  await git('init', '--quiet', '--initial-branch=main');
  const commit = async (files: Readonly<Record<string, Content>>) => {
    await git('rm', '-r', '--quiet', '--force', '--ignore-unmatch', '.');
    for (const [name, content] of Object.entries(files)) write(path.join(dir, name), content);
    await git('add', '--all', '--force', '.');
    await git('commit', '--quiet', '--allow-empty', '--message=Policies');
    return git('rev-parse', 'HEAD');
  };
  return { dir, commit, git };
}

function write(file: string, content: Content): void {
  mkdirSync(path.dirname(file), { recursive: true });
  if (typeof content === 'string' || content instanceof Uint8Array) writeFileSync(file, content);
  else symlinkSync(content.link, file);
}
