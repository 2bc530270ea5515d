import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';

// What users install: the packed tarball, in a folder that has nothing else of this project.
const project = resolve(import.meta.dirname, '../..');
const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-update-notifier'];
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-pack-'));
  await run(project, 'npm', ['pack', '--silent', '--pack-destination', folder]);
  const tarball = (await readdir(folder)).find((name) => name.endsWith('.tgz'));
  await write('package.json', '{"name":"consumer","private":true,"type":"module"}');
  await run(folder, 'npm', ['install', '--omit=optional', ...quiet, `./${tarball}`]);
}, 180_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

/** As a shell of its own would: what npm told this process about the project is left out. */
function run(cwd: string, file: string, args: readonly string[], input = '') {
  const fromNpm = Object.keys(process.env).filter((name) => /^npm_/i.test(name));
  const path = [join(folder, 'node_modules/.bin'), dirname(process.execPath), process.env.PATH];
  const env = {
    ...Object.fromEntries(fromNpm.map((name) => [name, undefined])),
    PATH: path.join(delimiter),
  };
  return execa(file, args, { cwd, env, input });
}

function installed(program: string, args: readonly string[], input?: string) {
  return run(folder, program, args, input).catch((error) => error);
}

function write(name: string, text: string): Promise<void> {
  return writeFile(join(folder, name), text);
}

test('sallyport check: the example policies of the package are in order', async () => {
  const { exitCode, stdout } = await installed('sallyport', [
    'check',
    'node_modules/sallyport/policies',
  ]);
  expect(stdout).toMatch(/25 files, 10 agents and 7 guardrails, 105 of 105 test cases hold, /);
  expect(exitCode).toBe(0);
});

test('sallyport check: a broken policy is told with its place', async () => {
  await write('broken.yaml', 'apiVersion: sallyport.dev/v1\nkind: AgentPolice\n');
  const { exitCode, stdout } = await installed('sallyport', ['check', '.']);
  expect(stdout).toContain('broken.yaml:2:7: error SP204');
  expect(exitCode).toBe(1);
});

test('sallyport decide answers', async () => {
  const flow = '{"agent":"fraud-scorer","dst":"10.20.12.20","protocol":"tcp","port":5432}\n';
  const dir = 'node_modules/sallyport/policies';
  const { stdout } = await installed('sallyport', ['decide', dir], flow);
  expect(JSON.parse(stdout)).toMatchObject({
    decision: 'allow',
    clause: 'AgentPolicy/fraud-scorer#ledger',
  });
});

test('sallyport init: the starter repository comes whole out of the package', async () => {
  const { stdout, stderr, exitCode } = await installed('sallyport', ['init', 'started']);
  expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
  expect(stdout).toContain('  .github/workflows/policies.yml\n  .gitignore\n');
  const tests = await installed('sallyport', ['test', 'started/policies']);
  expect(tests.stdout).toMatch(/all as expected$/);
});

test('the Action of the package checks a repository that sallyport init wrote', async () => {
  await run(folder, 'sallyport', ['init', 'repository']);
  const script = join(folder, 'node_modules/sallyport/action/check.sh');
  const { stdout, exitCode } = await run(join(folder, 'repository'), 'bash', [script]);
  expect(stdout).toContain('105 of 105 test cases hold');
  expect(exitCode).toBe(0);
});

test('the library is importable, and its types hold', async () => {
  await write(
    'use.ts',
    `import { compile, decide, loadPolicies } from 'sallyport';
const { policySet } = await loadPolicies('node_modules/sallyport/policies');
const agents: number = compile(policySet).agents.length;
console.log(agents, typeof decide);
`,
  );
  const options = '--strict --module nodenext --target es2024 --types --outDir built';
  const tsc = join(project, 'node_modules/.bin/tsc');
  await run(folder, tsc, [...options.split(' ').filter((word) => word !== '--types'), 'use.ts']);
  const { stdout } = await run(folder, 'node', ['built/use.js']);
  expect(stdout).toBe('10 function');
});

test('the gateway comes with its eBPF programs, sources and licences', async () => {
  const shipped = join(folder, 'node_modules/sallyport');
  expect(await readdir(join(shipped, 'LICENSES'))).toEqual([
    'BSD-2-Clause.txt',
    'GPL-2.0-only.txt',
  ]);
  expect(await readdir(join(shipped, 'dist/gateway/bpf'))).toContain('sallyport.bpf.c');
  const objects = ['sallyport.bpf.o', 'sidecar.bpf.o'].filter((name) =>
    existsSync(join(project, 'gateway/bpf/build', name)),
  );
  for (const name of objects) {
    expect(existsSync(join(shipped, 'dist/gateway/bpf/build', name))).toBe(true);
  }
  expect(await readdir(join(shipped, 'dist/gateway/confine'))).toContain('launch-main.js');
  const { stdout, stderr, exitCode } = await installed('sallyport-gateway', ['--help']);
  expect(stderr).toBe('');
  expect(stdout).toContain('sallyport-gateway run --policies');
  expect(exitCode).toBe(0);
});
