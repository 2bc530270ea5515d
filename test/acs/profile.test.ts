import { describe, expect, test } from 'vitest';
import { compile } from '../../src/rules/index.ts';
import { manifest, profile, read } from './manifests.ts';
import { lines } from './published-schemas.ts';

const body = `workloads: {cidrs: [10.8.1.0/28]}
dns: {resolvers: [10.8.0.53]}
allow:
  ledger: {to: {cidr: 10.20.0.0/16}, protocol: tcp, ports: [5432]}
  crm: {to: {host: crm.example.com}, protocol: tcp, ports: [443]}
deny:
  legacy: {to: {cidr: 10.20.9.0/24}}
`;
const indented = (text: string, by: string) => text.replace(/^(?=.)/gm, by);
const payments = `payments:\n${indented(body, '  ')}`;
const metadata = 'version: 2.1.0\n  owner: team-pay\n  labels: {tier: gold}';

const alone = `apiVersion: sallyport.dev/v1
kind: AgentPolicy
metadata: {name: payments, version: 2.1.0, owner: team-pay, labels: {tier: gold}}
spec:
${indented(body, '  ')}`;

describe.each(lines)('a profile in a manifest of line %s', (line) => {
  const text = manifest(line, profile(payments, metadata));

  test('comes to the same rules as the policy alone, clause ids included', () => {
    const inside = read({ 'manifest.yaml': text });
    const outside = read({ 'policy.yaml': alone });
    expect(inside.places).toEqual([]);
    expect(compile(inside.policySet)).toEqual(compile(outside.policySet));
  });

  test('has version, owner and labels of the manifest', () => {
    const [agent] = read({ 'manifest.yaml': text }).policySet.agents;
    expect(agent?.metadata).toEqual({
      name: 'payments',
      version: '2.1.0',
      owner: 'team-pay',
      labels: { tier: 'gold' },
    });
  });

  test('has its clauses where they stand in the manifest', () => {
    const [agent] = read({ 'manifest.yaml': text }).policySet.agents;
    const places = agent?.allow.map(
      ({ id, position }) => `${id} ${position.file}:${position.line}`,
    );
    expect(places).toEqual(['crm manifest.yaml:13', 'ledger manifest.yaml:12']);
    expect(text.split('\n')[12]).toMatch(/^ +crm:/);
  });
});

test.each([
  ['0.3.0-alpha-agt'],
  ['0.3.0-alpha-agt+2'],
  ['0.3.1-beta'],
  ['0.3.7'],
  ['0.4.0-alpha.1'],
  ['0.4.12'],
])('version %s is read', (version) => {
  const text = manifest('0.4', profile(payments)).replace('0.4.0-alpha.1', version);
  expect(read({ 'm.yaml': text }).policySet.agents).toHaveLength(1);
});

test.each([['0.5.0'], ['0.2.9'], ['1.3.0'], ['"0.3"'], ['0.3'], ['0.3.x'], ['0.4.0beta']])(
  'version %s is refused, and which are read is said',
  (version) => {
    const text = manifest('0.4', profile(payments)).replace('0.4.0-alpha.1', version);
    const { policySet, places, problems } = read({ 'm.yaml': text });
    expect(places).toEqual(['SP220 m.yaml:1:38']);
    expect(problems[0]?.message).toMatch(/0\.3\.\* and 0\.4\.\*/);
    expect(policySet.agents).toEqual([]);
  },
);

test('several agents of one manifest are policies of their own', () => {
  const two = `${payments}reports: {workloads: {cidrs: [10.8.2.0/28]}}\n`;
  const { policySet, places } = read({ 'm.yaml': manifest('0.4', profile(two)) });
  expect(places).toEqual([]);
  expect(policySet.agents.map(({ metadata }) => metadata.name)).toEqual(['payments', 'reports']);
});

test('a name that a policy has already is taken', () => {
  const { places } = read({ 'a.yaml': alone, 'm.yaml': manifest('0.4', profile(payments)) });
  expect(places.filter((place) => place.startsWith('SP301'))).toContain('SP301 m.yaml:6:7');
});

describe('what is wrong is told where it stands in the manifest', () => {
  const metadataOf = (text: string) => manifest('0.4', `metadata:\n${indented(text, '  ')}\n`);

  test.each([
    [
      'a version that is missing',
      'sallyport: {agents: {bot: {workloads: {cidrs: [10.0.0.1/32]}}}}',
      'SP209 m.yaml:2:1',
    ],
    [
      'a version that is no semantic version',
      'version: "2"\nsallyport: {agents: {bot: {workloads: {cidrs: [10.0.0.1/32]}}}}',
      'SP212 m.yaml:3:12',
    ],
    [
      'an owner that is no text',
      'version: 1.0.0\nowner: {team: x}\nsallyport: {agents: {bot: {workloads: {cidrs: [10.0.0.1/32]}}}}',
      'SP210 m.yaml:4:10',
    ],
    [
      'an agent without workloads',
      'version: 1.0.0\nsallyport: {agents: {bot: {}}}',
      'SP209 m.yaml:4:24',
    ],
    [
      'an agent that is no mapping',
      'version: 1.0.0\nsallyport: {agents: {bot: 1}}',
      'SP210 m.yaml:4:29',
    ],
    [
      'a name that is no label',
      'version: 1.0.0\nsallyport: {agents: {Bot: {workloads: {cidrs: [10.0.0.1/32]}}}}',
      'SP212 m.yaml:4:24',
    ],
    [
      'a field that is unknown',
      'version: 1.0.0\nsallyport: {agents: {bot: {wrkloads: 1, workloads: {cidrs: [10.0.0.1/32]}}}}',
      'SP208 m.yaml:4:30',
    ],
    [
      'host bits',
      'version: 1.0.0\nsallyport: {agents: {bot: {workloads: {cidrs: [10.0.0.1/31]}}}}',
      'SP306 m.yaml:4:50',
    ],
    [
      'a field beside agents',
      'version: 1.0.0\nsallyport: {guardrails: {}, agents: {bot: {workloads: {cidrs: [10.0.0.1/32]}}}}',
      'SP208 m.yaml:4:15',
    ],
    ['no agents', 'sallyport: {}', 'SP209 m.yaml:3:3'],
    ['an empty map of agents', 'sallyport: {agents: {}}', 'SP213 m.yaml:3:15'],
    ['a list of agents', 'sallyport: {agents: []}', 'SP210 m.yaml:3:23'],
    ['a profile that is no mapping', 'sallyport: yes', 'SP210 m.yaml:3:14'],
  ])('%s', (_, text, place) => {
    expect(read({ 'm.yaml': metadataOf(text) }).places).toEqual([place]);
  });
});
