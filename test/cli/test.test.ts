import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { sallyport } from './in-process.ts';
import { alpha, temporaryFolder } from './policy-folder.ts';

const promises = `apiVersion: sallyport.dev/v1
kind: PolicyTest
metadata: {name: promises, version: 1.0.0}
spec:
  cases:
    - {agent: alpha, to: 192.0.2.7, protocol: tcp, port: 443, expect: allow, clause: web}
    - {agent: alpha, to: evil.example.com, protocol: https, expect: deny}
`;
const broken = `${promises.replace('name: promises', 'name: broken')}    - agent: alpha
      to: 192.0.2.7
      protocol: tcp
      port: 80
      expect: allow
`;
const ofAlpha = (files: Readonly<Record<string, string>>) =>
  temporaryFolder({ 'alpha.yaml': alpha, ...files });

test('cases that come out as expected: exit 0 and a line for each test', async () => {
  const dir = ofAlpha({ 'promises.yaml': promises });
  const { stdout, stderr, exitCode } = await sallyport(['test', dir]);
  expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
  expect(stdout).toBe('✓ promises  2 cases\n\n1 test, 2 cases: all as expected\n');
});

test('a case that comes out otherwise: exit 1, its place and both verdicts', async () => {
  const dir = ofAlpha({ 'promises.yaml': promises, 'broken.yaml': broken });
  const { stdout, stderr, exitCode } = await sallyport(['test', dir]);
  expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 1 });
  expect(stdout).toBe(`✗ broken  3 cases, 1 failed
    ✗ 3. alpha → 192.0.2.7 tcp/80  ${dir}/broken.yaml:8
         expected  allow
         actual    deny (\`no-clause\`)
✓ promises  2 cases

2 tests, 5 cases: 1 case failed
`);
});

test('--verbose tells the other cases too, and which clause decided', async () => {
  const dir = ofAlpha({ 'promises.yaml': promises });
  const { stdout } = await sallyport(['test', dir, '--verbose']);
  expect(stdout).toContain(
    '    ✓ 1. alpha → 192.0.2.7 tcp/443: allow (`allowed` by `AgentPolicy/alpha#web`)\n',
  );
});

test('only the tests that are named run; a name that is none is an error with a suggestion', async () => {
  const dir = ofAlpha({ 'promises.yaml': promises, 'broken.yaml': broken });
  const one = await sallyport(['test', dir, 'promises']);
  expect([one.stdout.split('\n')[0], one.exitCode]).toEqual(['✓ promises  2 cases', 0]);
  const wrong = await sallyport(['test', dir, 'promise']);
  expect(wrong.stderr).toContain('there is no PolicyTest "promise": did you mean promises?');
  expect([wrong.stdout, wrong.exitCode]).toEqual(['', 2]);
});

test('a folder without PolicyTests says so', async () => {
  const { stdout, exitCode } = await sallyport(['test', ofAlpha({})]);
  expect([stdout, exitCode]).toEqual(['no PolicyTests: nothing was tested\n', 0]);
});

test('other errors of the policies stop it, with their places', async () => {
  const dir = ofAlpha({ 'promises.yaml': promises, 'x.yaml': 'x: 1' });
  const { stdout, stderr, exitCode } = await sallyport(['test', dir]);
  expect([stdout, exitCode]).toEqual(['', 1]);
  expect(stderr).toContain('x.yaml:1:1: error');
});

describe('for machines', () => {
  test('--json: every case with verdict and place', async () => {
    const { stdout, exitCode } = await sallyport(['test', ofAlpha({ 'b.yaml': broken }), '--json']);
    const report = JSON.parse(stdout);
    expect(exitCode).toBe(1);
    expect(report).toMatchObject({ ok: false, cases: [{ ok: true }, { ok: true }, { ok: false }] });
    expect(report.cases[2]).toMatchObject({
      test: 'broken',
      number: 3,
      verdict: { decision: 'deny', reason: 'no-clause', clause: null },
      file: 'b.yaml',
      line: 8,
    });
  });

  test('--tap: a plan, and diagnostics for what failed', async () => {
    const { stdout, exitCode } = await sallyport(['test', ofAlpha({ 'b.yaml': broken }), '--tap']);
    expect(exitCode).toBe(1);
    expect(stdout.split('\n')).toEqual([
      'TAP version 14',
      '1..3',
      'ok 1 - broken 1: alpha → 192.0.2.7 tcp/443',
      'ok 2 - broken 2: alpha → evil.example.com https/443',
      'not ok 3 - broken 3: alpha → 192.0.2.7 tcp/80',
      '  ---',
      '  severity: "fail"',
      '  expected: "allow"',
      '  actual: "deny (`no-clause`)"',
      '  at: {"file":"b.yaml","line":8,"column":7}',
      '  ...',
      '',
    ]);
  });

  test('--tap: nothing in a policy becomes a directive or a line of its own', async () => {
    const hostile = broken.replace(
      'expect: allow\n',
      'expect: allow\n      onBehalfOf: ["x # SKIP \\\\"]\n',
    );
    const { stdout } = await sallyport(['test', ofAlpha({ 'b.yaml': hostile }), '--tap']);
    expect(stdout).toContain('for x \\# SKIP \\\\\n  ---');
  });

  test('--junit: a file that build servers read, beside the text', async () => {
    const dir = ofAlpha({
      'b.yaml': broken.replace('expect: allow\n', "expect: allow\n      onBehalfOf: ['<&\">']\n"),
    });
    const file = path.join(temporaryFolder({}), 'results.xml');
    const { stdout, exitCode } = await sallyport(['test', dir, '--junit', file]);
    expect(exitCode).toBe(1);
    expect(stdout).toContain('1 case failed');
    const xml = readFileSync(file, 'utf8');
    expect(xml).toContain('<testsuite name="broken" tests="3" failures="1">');
    expect(xml).toContain('for &#60;&#38;&#34;&#62;"');
    expect(xml.match(/<testcase /g)).toHaveLength(3);
    expect(xml.match(/<failure message="expected allow, actual deny/g)).toHaveLength(1);
  });

  test('two forms on one output are refused', async () => {
    const { stderr, exitCode } = await sallyport(['test', ofAlpha({}), '--tap', '--json']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('choose one of them');
  });
});
