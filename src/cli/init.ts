import { lstat, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { Command } from 'commander';
import { harmlessJson, harmlessText } from '../policy/index.ts';
import { count } from '../terminal/index.ts';

const help = `
What is written:
  policies/   the example policies of this version: three cases, with guardrails, endpoints, gateway groups and tests
  .github/    a workflow that checks, tests and compares them on every pull request, and CODEOWNERS
  and a README, a package.json that names this version, and settings that let editors complete policies

Nothing is ever overwritten: if one of the files is there already, none is written.

Example:
  $ sallyport init agent-policies

Exit codes:
  0  the files are written
  2  wrong usage, a file is there already, or the folder cannot be written`;

/** `sallyport init [DIR]`: a repository of policies to start from. */
export function registerInit(program: Command): void {
  program
    .command('init')
    .summary('write a starter repository of policies')
    .description(
      'Writes the example policies and a workflow that checks them, as a repository to start from.',
    )
    .argument('[dir]', 'where; it is made if it is not there', '.')
    .option('--json', 'print one JSON document instead of text')
    .addHelpText('after', help)
    .action(async (dir: string, { json = false }: { json?: boolean }) => {
      const files = await starterFiles();
      await refuseToOverwrite(dir, files);
      await writeAll(dir, files);
      const written = files.map(({ target }) => target);
      process.stdout.write(
        json ? `${harmlessJson({ ok: true, dir, written }, 2)}\n` : summary(dir, written),
      );
    });
}

interface StarterFile {
  readonly source: string;
  /** Relative to the folder that is written, with forward slashes. */
  readonly target: string;
}

// npm leaves a file of this name out of a package.
const renamed: Readonly<Record<string, string>> = { gitignore: '.gitignore' };

async function starterFiles(): Promise<StarterFile[]> {
  // By the package's own name: the files lie at another distance from `src` than from `dist`.
  const root = path.dirname(createRequire(import.meta.url).resolve('sallyport/package.json'));
  const files = [
    ...(await filesBelow(path.join(root, 'starter'), '')),
    ...(await filesBelow(path.join(root, 'policies'), 'policies')),
  ];
  return files.sort((a, b) => (a.target < b.target ? -1 : 1));
}

async function filesBelow(folder: string, target: string): Promise<StarterFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const source = path.join(entry.parentPath, entry.name);
      const relative = path.relative(folder, source).split(path.sep).join('/');
      return { source, target: path.posix.join(target, renamed[relative] ?? relative) };
    });
}

/** A folder of policies counts too: its own would be mixed with the examples. */
async function refuseToOverwrite(dir: string, files: readonly StarterFile[]): Promise<void> {
  const paths = new Set([...files.map(({ target }) => target), 'policies']);
  const there: string[] = [];
  for (const target of paths) if (await exists(path.join(dir, target))) there.push(target);
  if (there.length === 0) return;
  const named =
    there.slice(0, 5).join(', ') + (there.length > 5 ? ` and ${there.length - 5} more` : '');
  throw new Error(
    `${dir} has ${named} already, and nothing is overwritten: name a new folder, or move them away`,
  );
}

async function exists(file: string): Promise<boolean> {
  try {
    await lstat(file);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw new Error(`cannot write to ${path.dirname(file)}: ${messageOf(error)}`, { cause: error });
  }
}

/** All or nothing: half of a repository would keep the next try from writing. */
async function writeAll(dir: string, files: readonly StarterFile[]): Promise<void> {
  const written: string[] = [];
  try {
    for (const { source, target } of files) {
      const file = path.join(dir, target);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, await readFile(source), { flag: 'wx' });
      written.push(file);
    }
  } catch (error) {
    for (const file of written) await rm(file, { force: true });
    throw new Error(`cannot write the starter repository: ${messageOf(error)}`, { cause: error });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function summary(dir: string, written: readonly string[]): string {
  const folder = harmlessText(dir);
  const steps = [
    ...(path.relative('.', dir) === '' ? [] : [`cd ${folder}`]),
    'npm install',
    'npx sallyport check policies',
    'npx sallyport test policies',
    "npx sallyport explain policies 'AGENT -> HOST'",
  ];
  return [
    ...written.map((file) => `  ${harmlessText(file)}`),
    `${folder}: ${count(written.length, 'file')} written`,
    '',
    'Next:',
    ...steps.map((step) => `  $ ${step}`),
    'README.md says how to go on from there.',
    '',
  ].join('\n');
}
