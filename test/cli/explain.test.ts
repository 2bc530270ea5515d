import { expect, test } from 'vitest';
import { sallyport } from './in-process.ts';
import { alpha, sallyport as sallyportProcess, temporaryFolder } from './policy-folder.ts';

const policy = `${alpha}    - id: api
      to: {host: api.example.com}
      protocol: https
      during: office
      onBehalfOf: [group:clerks]
  windows:
    office: {days: [mon, tue, wed, thu, fri], from: "08:00", to: "18:00", timezone: Europe/Berlin}
  dns: {resolvers: [10.8.0.53]}
`;
const failing = `apiVersion: sallyport.dev/v1
kind: PolicyTest
metadata: {name: promises, version: 1.0.0}
spec:
  cases:
    - {agent: alpha, to: api.example.com, protocol: https, expect: allow}
`;

test('every clause with its place, and in words why it does not match', async () => {
  const dir = temporaryFolder({ 'alpha.yaml': policy });
  const at = '2026-11-22T03:10:00+01:00';
  const { stdout, stderr, exitCode } = await sallyport([
    'explain',
    dir,
    'alpha -> api.example.com',
    ...['--at', at, '--on-behalf-of', 'group:interns', 'user:eve'],
  ]);
  expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
  expect(stdout).toContain(
    `alpha → 198.51.100.1 (api.example.com) tcp 443, SNI api.example.com, for group:interns, user:eve, 2026-11-22T02:10:00Z
  source       alpha, by name
  destination  198.51.100.1 belongs to no agent

Guardrails that deny
  · Guardrail/builtin#metadata  built in
`,
  );
  expect(stdout).toContain(`The agent’s own allows
  · AgentPolicy/alpha#web  ${dir}/alpha.yaml:7
      198.51.100.1 is outside 192.0.2.0/24
  · AgentPolicy/alpha#api  ${dir}/alpha.yaml:8
      Sunday 03:10 Europe/Berlin is outside mon–fri 08:00–18:00 Europe/Berlin
      the workload acts for group:interns, user:eve, not for group:clerks

If nothing matches
  ▶ No clause of the policy allows it.
      decides: deny (no-clause)

deny (no-clause)
`);
});

test('what decides is marked, and nothing after it is told', async () => {
  const dir = temporaryFolder({ 'alpha.yaml': policy });
  const { stdout } = await sallyport(['explain', dir, 'alpha -> 192.0.2.7:443']);
  expect(stdout).toContain(`  ▶ AgentPolicy/alpha#web  ${dir}/alpha.yaml:7
      decides: allow (allowed)

allow (allowed) by AgentPolicy/alpha#web
`);
  expect(stdout).not.toContain('alpha#api');
});

test('--json: the steps with their places', async () => {
  const dir = temporaryFolder({ 'alpha.yaml': policy });
  const flow = '{"agent":"alpha","dst":"192.0.2.7","protocol":"tcp","port":443}';
  const { stdout } = await sallyport(['explain', dir, flow, '--json']);
  const { verdict, steps } = JSON.parse(stdout);
  expect(verdict).toMatchObject({ decision: 'allow', clause: 'AgentPolicy/alpha#web' });
  expect(steps.filter(({ decided }: { decided: boolean }) => decided)).toEqual([
    expect.objectContaining({ clause: 'AgentPolicy/alpha#web', place: `${dir}/alpha.yaml:7` }),
  ]);
});

test('flows from standard input, one on each line, by policies whose tests fail too', async () => {
  const dir = temporaryFolder({ 'alpha.yaml': policy, 'test.yaml': failing });
  const lines =
    'alpha -> 192.0.2.7:443\n\n{"src":"10.8.1.9","dst":"192.0.2.7","protocol":"udp","port":53}\n';
  const { stdout, stderr, exitCode } = await sallyportProcess(['explain', dir, '-'], lines);
  expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
  expect(stdout.match(/^(allow|deny) .*$/gm)).toEqual([
    'allow (allowed) by AgentPolicy/alpha#web',
    'deny (dns-resolver)',
  ]);
});

test('--workload registers an address, as if a workload had', async () => {
  const selected = alpha.replace('{cidrs: [10.8.1.0/24]}', '{selector: {app: alpha}}');
  const dir = temporaryFolder({ 'alpha.yaml': selected });
  const flow = '10.9.1.4 -> 192.0.2.7:443';
  const { stdout } = await sallyport(['explain', dir, flow, '--workload', '10.9.1.4=alpha']);
  expect(stdout).toContain('  source       10.9.1.4 belongs to alpha\n');
  expect(stdout).toContain('allow (allowed) by AgentPolicy/alpha#web\n');
});

test.each([
  ['no flow', 'hello', 'is no flow'],
  ['half of JSON', '{"agent":', 'begins as JSON'],
  ['a flow that lacks a port', 'alpha -> 192.0.2.7', '"port" is missing'],
  [
    'a question',
    '{"agent":"alpha","question":{"name":"a.example.com","type":"A"}}',
    'decide answers',
  ],
  ['control characters', 'alpha -> \u001b[31m.example.com', '\\u001b'],
])('%s: exit 2, and what to do', async (_, flow, message) => {
  const dir = temporaryFolder({ 'alpha.yaml': policy });
  const { stdout, stderr, exitCode } = await sallyport(['explain', dir, flow]);
  expect([stdout, exitCode]).toEqual(['', 2]);
  expect(stderr).toContain(message);
});
