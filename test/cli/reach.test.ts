import { describe, expect, test } from 'vitest';
import { sallyport } from './in-process.ts';
import { alpha, temporaryFolder } from './policy-folder.ts';

const policy = `${alpha}    - {id: api, to: {host: api.example.com}, protocol: https, during: office}
  windows:
    office: {days: [mon, tue, wed, thu, fri], from: "08:00", to: "18:00", timezone: Europe/Berlin}
  dns: {resolvers: [10.8.0.53]}
`;
const other = alpha.replace('name: alpha', 'name: beta').replace('10.8.1.0', '10.8.2.0');
const from = ['--from', '2026-11-23'];

describe('what an agent can touch', () => {
  test('by clause, with file and line', async () => {
    const dir = temporaryFolder({ 'alpha.yaml': policy });
    const { stdout, stderr, exitCode } = await sallyport(['reach', dir, 'alpha', ...from]);
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
    expect(stdout).toBe(`alpha
what it can touch, exactly, from 2026-11-23 until 2027-11-24

  allowed by dns.resolvers
    10.8.0.53  udp 53
  allowed by #web (${dir}/alpha.yaml:7)
    192.0.2.0/24  tcp 443
  allowed by #api (${dir}/alpha.yaml:8)
    api.example.com  tcp 443  mon–fri 08:00–18:00 Europe/Berlin
`);
  });

  test('at a time', async () => {
    const dir = temporaryFolder({ 'alpha.yaml': policy });
    const args = ['reach', dir, 'alpha', '--port', '443', '--at'];
    const night = await sallyport([...args, '2026-11-23T03:00:00+01:00']);
    expect(night.stdout).toContain('#web');
    expect(night.stdout).not.toMatch(/#api|resolvers/);
    const day = await sallyport([...args, '2026-11-23T09:00:00+01:00']);
    expect(day.stdout).toMatch(/#web[\s\S]*#api/);
  });
});

describe('who can touch a target', () => {
  test('an address', async () => {
    const dir = temporaryFolder({ 'alpha.yaml': policy, 'beta.yaml': other });
    const { stdout, exitCode } = await sallyport(['reach', dir, '--to', '192.0.2.7', '--json']);
    expect(exitCode).toBe(0);
    const { agents } = JSON.parse(stdout);
    expect(agents.map(({ agent }: { agent: string }) => agent)).toEqual(['alpha', 'beta']);
    expect(agents[1].grants).toMatchObject([
      { deciding: { clause: 'AgentPolicy/beta#web' }, place: `${dir}/beta.yaml:7` },
    ]);
  });

  test('a host; nobody is an answer too', async () => {
    const dir = temporaryFolder({ 'alpha.yaml': policy, 'beta.yaml': other });
    const some = await sallyport(['reach', dir, '--to', 'API.example.com']);
    expect(some.stdout).toMatch(
      /^1 agent can reach API\.example\.com\n\nalpha\n {2}allowed by #api /,
    );
    const none = await sallyport(['reach', dir, '--to', 'api.example.com', '--protocol', 'udp']);
    expect([none.stdout, none.exitCode]).toEqual(['nobody can reach api.example.com\n', 0]);
  });
});

test.each([
  ['an agent that is none', ['alfa'], 'did you mean alpha?'],
  ['neither agent nor target', [], 'name an agent'],
  ['both', ['alpha', '--to', '192.0.2.1'], 'name an agent'],
  [
    'a target that is none',
    ['--to', 'https://api.example.com'],
    'neither an address nor a host name',
  ],
  ['a port that is none', ['alpha', '--port', '70000'], '1 to 65535'],
  [
    'a time before the others',
    ['alpha', '--at', '2026-01-01', '--from', '2026-02-01'],
    'choose a later time',
  ],
])('%s: exit 2, and what to do', async (_, args, message) => {
  const dir = temporaryFolder({ 'alpha.yaml': policy });
  const { stdout, stderr, exitCode } = await sallyport(['reach', dir, ...args]);
  expect([stdout, exitCode]).toEqual(['', 2]);
  expect(stderr).toContain(message);
});
