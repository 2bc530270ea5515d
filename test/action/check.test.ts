import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { expect, onTestFinished, test } from 'vitest';
import { repository } from '../source/repository.ts';

const project = resolve(import.meta.dirname, '../..');
const zeros = '0'.repeat(40);
const path = 'policies/agent.yaml';

const policy = (ports: string, reason = 'Because') => `apiVersion: sallyport.dev/v1
kind: AgentPolicy
metadata: {name: agent, version: 1.0.0}
spec:
  workloads: {cidrs: [10.8.1.0/28]}
  allow:
    - id: web
      to: {cidr: 192.0.2.0/24}
      protocol: tcp
      ports: [${ports}]
      reason: ${JSON.stringify(reason)}
`;

/** What the Action's step does in a checkout, and what the runner is told. */
async function check(dir: string, base: string, failOn = 'none') {
  const runner = mkdtempSync(join(tmpdir(), 'sallyport-runner-'));
  onTestFinished(() => rmSync(runner, { recursive: true, force: true }));
  const told = { GITHUB_OUTPUT: join(runner, 'output'), GITHUB_STEP_SUMMARY: join(runner, 'md') };
  const inputs = {
    SALLYPORT_PATH: 'policies',
    SALLYPORT_BASE: base,
    SALLYPORT_FAIL_ON: failOn,
  };
  const script = join(project, 'action/check.sh');
  const run = await execa('bash', [script], {
    cwd: dir,
    env: { ...told, ...inputs },
    reject: false,
    all: true,
  });
  return { ...run, output: text(told.GITHUB_OUTPUT), summary: text(told.GITHUB_STEP_SUMMARY) };
}

function text(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** The lines that GitHub's runner takes for commands: it looks for `::` after blanks, and for `##[` anywhere. */
function commands(log: string): string[] {
  let token: string | undefined;
  return log.split('\n').filter((line) => {
    if (token !== undefined) {
      if (line.trim() === `::${token}::`) token = undefined;
      return false;
    }
    token = /^::stop-commands::(.+)$/.exec(line)?.[1];
    return line.trim().startsWith('::') || line.includes('##[');
  });
}

test('a problem becomes an annotation on its line, and fails', async () => {
  const { dir, commit } = await repository();
  await commit({ [path]: policy('443443') });
  const { exitCode, all } = await check(dir, '');
  expect(exitCode).toBe(1);
  const { problemMatcher } = JSON.parse(text(join(project, 'action/problem-matcher.json')));
  const [{ regexp, file, line, column, severity, code }] = problemMatcher[0].pattern;
  const [found] = matches(all, regexp);
  expect(found && [file, line, column, severity, code].map((group) => found[group])).toEqual([
    path,
    '10',
    '15',
    'error',
    'SP213',
  ]);
});

function matches(log: string, regexp: string): RegExpExecArray[] {
  return log.split('\n').flatMap((line) => {
    const found = new RegExp(regexp).exec(line);
    return found ? [found] : [];
  });
}

test('nothing of a pull request is a command to the runner', async () => {
  const { dir, commit } = await repository();
  const hostile = '::error file=x::pwned\\n::add-mask::a\\n##[error]pwned';
  const first = await commit({ [path]: policy('443') });
  await commit({
    [path]: policy('443, 8443', hostile),
    'policies/::error::pwned.yaml': '::error::pwned: [\n',
    'policies/##[error]pwned.txt': '',
  });
  const { all } = await check(dir, first);
  expect(all).toContain('pwned');
  expect(commands(all).filter((line) => line.includes('pwned'))).toEqual([]);
});

test('a change is compared: verdict, summary, and a failure where it is asked for', async () => {
  const { dir, commit } = await repository();
  const first = await commit({ [path]: policy('443') });
  await commit({ [path]: policy('443, 8443').replace('1.0.0', '1.1.0') });
  const plain = await check(dir, first);
  expect(plain.exitCode).toBe(0);
  expect(plain.output).toBe('verdict=widens\n');
  expect(plain.summary).toContain('8443');
  expect(plain.all).toContain('8443');
  expect((await check(dir, first, 'widens')).exitCode).toBe(3);
  expect((await check(dir, first, 'narrows')).exitCode).toBe(0);
});

test('who mends a base that is broken gets through, unless nothing may widen unseen', async () => {
  const { dir, commit } = await repository();
  const first = await commit({ [path]: policy('443443') });
  await commit({ [path]: policy('443') });
  const { exitCode, all, output } = await check(dir, first);
  expect([exitCode, output]).toEqual([0, '']);
  expect(commands(all)).toContainEqual(expect.stringMatching(/^::warning::.*base/));
  expect((await check(dir, first, 'widens')).exitCode).toBe(1);
});

test.each(['', zeros])('without a base (%j) nothing is compared', async (base) => {
  const { dir, commit } = await repository();
  await commit({ [path]: policy('443') });
  const { exitCode, output, all } = await check(dir, base);
  expect([exitCode, output]).toEqual([0, '']);
  expect(all).toContain('nothing to compare with');
});

test.each([
  ['a base that the clone lacks', 'f'.repeat(40), 'none', 'fetch-depth: 0'],
  ['a base that is an option', '--output=x', 'none', 'fetch-depth: 0'],
  ['an unknown fail-on', zeros, 'widen', 'none, widens, narrows, any'],
])('%s is said, and fails', async (_, base, failOn, says) => {
  const { dir, commit } = await repository();
  await commit({ [path]: policy('443') });
  const { exitCode, all } = await check(dir, base, failOn);
  expect(exitCode).toBe(2);
  expect(commands(all).join('\n')).toContain(says);
});
