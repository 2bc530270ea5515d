import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { agent } from '../policy/samples.ts';
import { sallyport } from './in-process.ts';

const main = path.resolve('src/cli/main.ts');
let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'sallyport-check-'));
});

afterEach(() => rm(dir, { recursive: true, force: true }));

function sallyportWith(env: Record<string, string>) {
  return execa(process.execPath, [main, 'check', dir], {
    reject: false,
    env: { FORCE_COLOR: undefined, NO_COLOR: undefined, ...env },
  });
}

async function write(name: string, text: string): Promise<void> {
  await writeFile(path.join(dir, name), text);
}

const sound = agent('bot', 'workloads: {cidrs: [10.0.0.1/32]}');

test('policies in order: exit 0 and a summary', async () => {
  await write('a.yaml', sound);
  await write('README.md', '');
  const { exitCode, stdout, stderr } = await sallyport(['check', dir]);
  expect(exitCode).toBe(0);
  expect(stdout.split('\n')).toEqual([
    'ignored: README.md',
    `${dir}: 1 file, 1 agent and 0 guardrails, no problems`,
    '',
  ]);
  expect(stderr).toBe('');
});

test('errors: exit 1, each with its place under the folder, line and remedy', async () => {
  await write('a.yaml', sound.replace('spec:', 'spec:\n  moed: audit'));
  const { exitCode, stdout } = await sallyport(['check', dir]);
  expect(exitCode).toBe(1);
  expect(stdout).toContain(
    [
      `${dir}/a.yaml:5:3: error SP208: unknown field \`moed\` in \`spec\``,
      '  5 |   moed: audit',
      '    |   ^',
      '  remedy: did you mean `mode`?',
    ].join('\n'),
  );
  expect(stdout).toMatch(/1 file, 0 agents and 0 guardrails in order, 1 error\n$/);
});

test('warnings alone: exit 0', async () => {
  const clause = 'deny: {nat: {to: {cidr: "64:ff9b::/96"}}}';
  await write('a.yaml', agent('bot', `workloads: {cidrs: [10.0.0.1/32]}\n${clause}`));
  const { exitCode, stdout } = await sallyport(['check', dir]);
  expect(exitCode).toBe(0);
  expect(stdout).toContain('warning SP402');
});

test('--json: one document with everything', async () => {
  await write('a.yaml', sound);
  await write('b.yaml', 'x: 1');
  const { exitCode, stdout } = await sallyport(['check', dir, '--json']);
  expect(exitCode).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    ok: false,
    files: ['a.yaml', 'b.yaml'],
    agents: ['bot'],
    guardrails: [],
    tests: { cases: 0, failed: 0 },
    coverage: [],
    problems: [{ file: 'b.yaml', line: 1, column: 1, code: 'SP203', severity: 'error' }],
    ignored: [],
  });
});

const promise = `apiVersion: sallyport.dev/v1
kind: PolicyTest
metadata: {name: promises, version: 1.0.0}
spec:
  cases:
    - {agent: bot, to: 192.0.2.1, protocol: icmp, expect: deny}
    - {agent: bot, to: 10.20.0.1, protocol: icmp, expect: allow}
`;

test('PolicyTests are run: a failed case is an error at its place', async () => {
  await write('a.yaml', sound);
  await write('tests.yaml', promise);
  const { exitCode, stdout } = await sallyport(['check', dir]);
  expect(exitCode).toBe(1);
  expect(stdout).toContain(
    `${dir}/tests.yaml:7:7: error SP317: bot → 10.20.0.1 icmp: expected allow, but it comes to deny (\`no-clause\`)`,
  );
  expect(stdout).toMatch(/1 agent and 0 guardrails, 1 of 2 test cases hold, 1 error\n$/);
});

test('--coverage: every clause, and why it is not enforced in full', async () => {
  const spec = `workloads: {cidrs: [10.0.0.1/32]}
onDeny: reject
dns: {resolvers: [10.8.0.53]}
allow: {db: {to: {cidr: 10.20.0.0/16}}}
deny: {evil: {to: {host: evil.example.com}}}`;
  await write('a.yaml', agent('bot', spec));
  const { exitCode, stdout } = await sallyport(['check', dir, '--coverage']);
  expect(exitCode).toBe(0);
  expect(stdout.split('\n').slice(0, 5)).toEqual([
    'coverage: 1 enforced, 1 partly, 0 not enforceable here',
    '',
    'AgentPolicy/bot',
    '  evil  partly: an address that was never asked for by name, and is used without SNI, has no name',
    '  db    enforced',
  ]);
  const { stdout: json } = await sallyport(['check', dir, '--json']);
  expect(JSON.parse(json).coverage).toMatchObject([
    { subject: 'AgentPolicy/bot#evil', level: 'partly' },
    { subject: 'AgentPolicy/bot#db', level: 'enforced', why: [], position: { file: 'a.yaml' } },
  ]);
});

test.each([
  ['no folder', ['check', '/nonexistent/policies'], 'it does not exist'],
  ['no argument', ['check'], "missing required argument 'dir'"],
  ['an unknown command', ['chek'], 'Did you mean check?'],
  ['an unknown option', ['check', '.', '--jsno'], 'unknown option'],
])('%s: exit 2, and why on standard error', async (_, args, message) => {
  const { exitCode, stdout, stderr } = await sallyport(args);
  expect(exitCode).toBe(2);
  expect(stderr).toContain(message);
  expect(stdout).toBe('');
});

test.each([['--help'], ['check', '--help']])(
  '%s %s gives an example and the exit codes',
  async (...args) => {
    const { exitCode, stdout } = await sallyport(args);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('$ sallyport check policies');
    expect(stdout).toContain('Exit codes:');
  },
);

test('colours where they are wanted, none where it is no terminal', async () => {
  await write('a.yaml', 'x: 1');
  const plain = await sallyportWith({});
  const coloured = await sallyportWith({ FORCE_COLOR: '1' });
  expect(plain.stdout).not.toContain('\u001b');
  expect(coloured.stdout).toContain('\u001b[');
});

test('control characters of a policy or a file name do not reach the terminal', async () => {
  await write('a\u001b[2J.yaml', '"k\\u001b[31m\u202e": \u009b1m\n');
  for (const args of [
    ['check', dir],
    ['check', dir, '--json'],
  ]) {
    const { stdout } = await sallyport(args);
    expect(stdout).not.toMatch(/[\u001b\u0080-\u009f\u202e]/);
  }
});

test('a reader that goes away ends it quietly', async () => {
  const clauses = Array.from({ length: 90 }, (_, i) => `c${i}: {to: {cidr: 10.0.0.1/8}}`).join(
    ', ',
  );
  for (let i = 0; i < 10; i++) {
    await write(
      `${i}.yaml`,
      agent('bot', `workloads: {cidrs: [10.0.0.1/32]}\nallow: {${clauses}}`),
    );
  }
  const { stderr } = await execa('sh', [
    '-c',
    '"$1" "$2" check "$3" | head -n 1',
    'sh',
    process.execPath,
    main,
    dir,
  ]);
  expect(stderr).toBe('');
});

test('schema prints a JSON Schema that compiles', async () => {
  const { stdout } = await sallyport(['schema']);
  const ajv = new Ajv2020({ allowUnionTypes: true, strictRequired: false });
  expect(ajv.validateSchema(JSON.parse(stdout))).toBe(true);
  expect(() => ajv.compile(JSON.parse(stdout))).not.toThrow();
});
