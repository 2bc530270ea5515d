import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import { compileObjects } from '../../../gateway/build/compile.ts';
import {
  interfacePrograms,
  KernelError,
  loadFile,
  objectPath,
} from '../../../gateway/kernel/index.ts';
import { project } from '../targets.ts';
import { applied, type CMutant } from './c-mutants.ts';
import { instructionsOf } from './instructions.ts';
import { planEnvironment } from './object-plan.ts';

const sources = path.join(project, 'gateway/bpf');
/** Of the cases of property tests: a change that only one in thousands would notice counts as unnoticed. */
const GENERATED_SHARE = '0.2';
/** A mutant that keeps a test waiting is noticed too; a busy machine keeps it waiting as well. */
const PATIENCE_MS = 600_000;

export interface CFate {
  readonly mutant: CMutant;
  /**
   * `same`: clang makes the same instructions of it; `refused`: by the kernel's verifier; `uncompilable`: clang did not
   * take it. None of these says anything of the tests.
   */
  readonly state: 'killed' | 'survived' | 'same' | 'refused' | 'uncompilable';
  /** The file and the test that noticed first. */
  readonly by?: Failure;
}

export interface Failure {
  readonly file: string;
  readonly test: string;
}

/** Compiles the eBPF programs with one change and lets the tests judge them. */
export async function tryMutant(
  mutant: CMutant,
  tests: readonly string[],
  folder: string,
): Promise<CFate> {
  const object = await compiled(mutant, folder);
  try {
    if (object === undefined) return { mutant, state: 'uncompilable' };
    if (isSame(object)) return { mutant, state: 'same' };
    if (isRefused(object)) return { mutant, state: 'refused' };
    const by = await firstFailure(object, tests, folder);
    return by === undefined ? { mutant, state: 'survived' } : { mutant, state: 'killed', by };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The first test that fails with these programs; undefined where all pass. */
export async function firstFailure(
  object: string,
  tests: readonly string[],
  folder: string,
): Promise<Failure | undefined> {
  const plan = path.join(folder, 'plan.json');
  const results = path.join(folder, 'results.json');
  writeFileSync(plan, JSON.stringify({ object, tests }));
  const config = path.join(import.meta.dirname, 'vitest.config.ts');
  const report = ['--reporter=json', `--outputFile=${results}`];
  const { exitCode } = await execa('vitest', ['run', '--config', config, ...report], {
    cwd: project,
    preferLocal: true,
    localDir: project,
    env: { ...planEnvironment(plan), SALLYPORT_RUNS: GENERATED_SHARE },
    reject: false,
    stdio: 'ignore',
    timeout: PATIENCE_MS,
    forceKillAfterDelay: 1000,
  });
  if (exitCode === 0) return undefined;
  return existsSync(results)
    ? failureIn(results)
    : { file: '', test: 'it ends the process, or does not come to an end' };
}

async function compiled(mutant: CMutant, folder: string): Promise<string | undefined> {
  const copy = path.join(folder, 'bpf');
  const isSource = (name: string) => !name.includes(`${path.sep}build`);
  mkdirSync(folder, { recursive: true });
  cpSync(sources, copy, { recursive: true, filter: isSource });
  const file = path.join(copy, path.basename(mutant.file));
  writeFileSync(file, applied(readFileSync(file, 'utf8'), mutant));
  try {
    await compileObjects('clang', path.join(folder, 'build'), ['sallyport'], {
      sources: copy,
      silent: true,
    });
  } catch {
    return undefined;
  }
  return path.join(folder, 'build/sallyport.bpf.o');
}

function isSame(object: string): boolean {
  return instructionsOf(object).equals(instructionsOf(objectPath()));
}

function isRefused(object: string): boolean {
  try {
    loadFile(object, { leaveOut: interfacePrograms }).close();
    return false;
  } catch (error) {
    if (error instanceof KernelError && error.code === 'load-refused') return true;
    throw error;
  }
}

interface Results {
  readonly testResults: readonly {
    readonly name: string;
    readonly message: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

function failureIn(results: string): Failure {
  const { testResults } = JSON.parse(readFileSync(results, 'utf8')) as Results;
  for (const { name, message, assertionResults } of testResults) {
    const file = path.relative(project, name);
    const failed = assertionResults.find(({ status }) => status === 'failed');
    if (failed) return { file, test: failed.fullName };
    if (message) return { file, test: message.split('\n')[0] ?? message };
  }
  return { file: '', test: 'the tests could not be run' };
}
