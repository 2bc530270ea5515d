import { describe, expect, test } from 'vitest';
import { nodesOf } from '../impact/markdown-nodes.ts';
import { repository } from '../source/repository.ts';
import { sallyport } from './in-process.ts';
import { alpha, temporaryFolder } from './policy-folder.ts';

const wider = alpha.replace('[443]', '[443, 8443]');
const from = ['--from', '2026-11-23'];

function folders(before: string, after: string): [string, string] {
  return [temporaryFolder({ 'a.yaml': before }), temporaryFolder({ 'a.yaml': after })];
}

test('two folders: what became reachable, with file and line', async () => {
  const [old, now] = folders(alpha, wider);
  const { stdout, stderr, exitCode } = await sallyport(['diff', old, now, ...from]);
  expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
  expect(stdout).toBe(`${old} → ${now}
Reach: widens: 1 agent reaches more
compared exactly, from 2026-11-23 until 2027-11-24

alpha  widens
  + 192.0.2.0/24  tcp 8443
      denied (no-clause) → allowed by #web (${now}/a.yaml:7)

Versions
  AgentPolicy/alpha  still 1.0.0, but the edit widens: a minor bump, 1.1.0 or higher
${' '.repeat(4)}${now}/a.yaml:1
`);
});

describe('revisions', () => {
  async function changed() {
    const { dir, commit } = await repository();
    const before = await commit({ 'policies/a.yaml': wider });
    await commit({ 'policies/a.yaml': alpha });
    return { dir, before };
  }

  test('a range: places in the old commit are named as git does', async () => {
    const { dir, before } = await changed();
    const { stdout, exitCode } = await sallyport(['diff', `${before}...HEAD`, ...from], dir);
    expect(exitCode).toBe(0);
    const short = before.slice(0, 12);
    expect(stdout).toContain(`${short}:policies → HEAD:policies (`);
    expect(stdout).toContain(`allowed by #web (${short}:policies/a.yaml:7) → denied (no-clause)`);
  });

  test('--json: commits, verdict, regions, places and versions', async () => {
    const { dir, before } = await changed();
    const { stdout } = await sallyport(['diff', 'HEAD~1', 'HEAD', '--json', ...from], dir);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: true,
      before: { place: 'HEAD~1:policies', commit: before, path: 'policies' },
      verdict: 'narrows',
      from: '2026-11-23T00:00:00Z',
      agents: [
        {
          agent: 'alpha',
          verdict: 'narrows',
          flows: [
            {
              change: 'unreachable',
              before: { clause: 'AgentPolicy/alpha#web', place: { file: 'a.yaml', line: 7 } },
              after: { reason: 'no-clause', clause: null, place: null },
              regions: [{ traffic: [{ protocol: 'tcp', ports: [[8443, 8443]] }] }],
            },
          ],
        },
      ],
      versions: [{ document: 'AgentPolicy/alpha', asked: 'major', enough: false }],
    });
  });

  test('policies that are new, where there were none', async () => {
    const { dir, commit } = await repository();
    await commit({ 'README.md': '' });
    await commit({ 'policies/a.yaml': alpha });
    const { stdout, stderr } = await sallyport(['diff', 'HEAD~1..HEAD'], dir);
    expect(stderr).toBe('HEAD~1:policies does not exist: compared as no policies\n');
    expect(stdout).toContain('alpha  new, widens\n');
  });
});

test('--markdown is a comment', async () => {
  const [old, now] = folders(alpha, wider);
  const { stdout } = await sallyport(['diff', old, now, '--markdown']);
  expect(stdout).toMatch(/^## 🔓 Reach: widens/);
  expect(nodesOf(stdout).filter(({ type }) => type === 'table')).toHaveLength(1);
});

test.each([
  ['widens', alpha, wider, 3],
  ['narrows', alpha, wider, 0],
  ['any', alpha, alpha.replace('1.0.0', '1.0.1'), 0],
  ['widens', alpha, wider.replace('192.0.2.0/24', '192.0.2.0/25'), 3],
])('--fail-on %s', async (verdict, before, after, code) => {
  const { stdout, exitCode } = await sallyport([
    'diff',
    ...folders(before, after),
    '--fail-on',
    verdict,
  ]);
  expect(exitCode).toBe(code);
  expect(stdout).toContain('Reach: ');
});

describe('sides that cannot be compared', () => {
  test.each([
    ['old', alpha.replace('443', '0'), alpha],
    ['new', alpha, alpha.replace('443', '0')],
  ])('errors in the %s policies: exit 1, with their places', async (_, before, after) => {
    const [old, now] = folders(before, after);
    const { stdout, stderr, exitCode } = await sallyport(['diff', old, now]);
    expect([stdout, exitCode]).toEqual(['', 1]);
    expect(stderr).toContain(`${before === alpha ? now : old}/a.yaml:7:`);
  });

  test('with --json the errors are one document that names the side', async () => {
    const [old, now] = folders(alpha, alpha.replace('443', '0'));
    const { stdout, exitCode } = await sallyport(['diff', old, now, '--json']);
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      place: now,
      problems: [{ file: 'a.yaml' }],
    });
  });

  test.each([
    ['no side', ['diff'], 'missing required argument'],
    ['no range', ['diff', 'main'], 'main...HEAD'],
    ['no such revision', ['diff', '/nonexistent', 'HEAD'], 'is no folder and no revision'],
    ['no such verdict', ['diff', 'a', 'b', '--fail-on', 'breaks'], 'Allowed choices'],
    ['no such day', ['diff', 'a', 'b', '--from', '2026-02-30'], 'Write a day'],
    ['two forms', ['diff', 'a', 'b', '--json', '--markdown'], 'choose one of them'],
  ])('%s: exit 2, and what to do', async (_, args, message) => {
    const { stdout, stderr, exitCode } = await sallyport(args);
    expect([stdout, exitCode]).toEqual(['', 2]);
    expect(stderr).toContain(message);
  });
});
