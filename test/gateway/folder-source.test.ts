import { expect, onTestFinished, test } from 'vitest';
import { FolderSource } from '../../gateway/agent/folder-source.ts';
import type { Rejection } from '../../gateway/agent/policy-source.ts';
import type { RuleSet } from '../../src/rules/index.ts';
import { alpha, temporaryFolder } from '../cli/policy-folder.ts';

/** What a gateway is given at its start by a folder with these files. */
async function delivered(files: Readonly<Record<string, string>>, group?: string) {
  const source = new FolderSource(temporaryFolder(files), group);
  onTestFinished(() => source.stop());
  const updates: RuleSet[] = [];
  const rejections: Rejection[] = [];
  await source.start({
    update: async ({ ruleSet }) => {
      updates.push(ruleSet);
    },
    reject: (rejection) => rejections.push(rejection),
    upToDate: () => undefined,
  });
  return { updates, rejections };
}

const promise = (expectation: string) => `apiVersion: sallyport.dev/v1
kind: PolicyTest
metadata: {name: promises, version: 1.0.0}
spec:
  cases:
    - {agent: alpha, to: 192.0.2.1, protocol: tcp, port: 443, expect: ${expectation}}
`;

test('policies that keep their promises are delivered', async () => {
  const { updates, rejections } = await delivered({
    'alpha.yaml': alpha,
    'tests.yaml': promise('allow'),
  });
  expect(updates.map(({ agents }) => agents.map(({ name }) => name))).toEqual([['alpha']]);
  expect(rejections).toEqual([]);
});

test('policies that break a promise are refused, and it says which', async () => {
  const { updates, rejections } = await delivered({
    'alpha.yaml': alpha,
    'tests.yaml': promise('deny'),
  });
  expect(updates).toEqual([]);
  expect(rejections).toMatchObject([
    { message: expect.stringMatching(/^tests\.yaml:6:7 SP317 alpha → 192\.0\.2\.1 tcp\/443/) },
  ]);
});

test('what is only a warning keeps nothing from being enforced', async () => {
  const expired = alpha.replace('ports: [443]', 'ports: [443], expires: 2020-01-01');
  const { updates, rejections } = await delivered({ 'alpha.yaml': expired });
  expect(updates).toHaveLength(1);
  expect(rejections).toEqual([]);
});

const groups = ['eu', 'us'].map(
  (region) => `apiVersion: sallyport.dev/v1
kind: GatewayGroup
metadata: {name: ${region}-1, version: 1.0.0, labels: {region: ${region}}}
spec: {}
`,
);
const european = alpha.replace('spec:', 'spec:\n  gateways: {region: eu}');
const remote = (updates: readonly RuleSet[]) =>
  updates.map(({ agents }) => agents.map(({ remote: isRemote = false }) => isRemote));

test('the only group that is described is the gateway’s own', async () => {
  const [eu = ''] = groups;
  expect(remote((await delivered({ 'a.yaml': european, 'eu.yaml': eu })).updates)).toEqual([
    [false],
  ]);
});

test('of several groups it must be told which: agents of others are then carried elsewhere', async () => {
  const files = { 'a.yaml': european, 'groups.yaml': groups.join('---\n') };
  const { updates, rejections } = await delivered(files);
  expect(updates).toEqual([]);
  expect(rejections).toMatchObject([{ message: expect.stringContaining('--group') }]);
  expect(remote((await delivered(files, 'eu-1')).updates)).toEqual([[false]]);
  expect(remote((await delivered(files, 'us-1')).updates)).toEqual([[true]]);
});
