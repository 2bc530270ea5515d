import { expect, test } from 'vitest';
import { publishBundle, rotateKeys } from '../../src/bundle/index.ts';
import { parsePolicies } from '../../src/policy/index.ts';
import { compile } from '../../src/rules/index.ts';
import { botLab } from './bot-lab.ts';
import { agentPolicy } from './policies.ts';

const name = 'policies/a.yaml';
const first = { [name]: agentPolicy('a') };
const other = compile(
  parsePolicies([{ path: 'a.yaml', text: agentPolicy('a', { port: 1 }) }]).policySet,
);

test('after a theft, what was discarded is published again from Git', async () => {
  const lab = await botLab();
  const repository = await lab.github.createRepository('acme', 'agents', first);
  const server = await lab.start();
  await lab.quiet();
  const client = lab.bundleClient();
  const before = await client.refresh();
  await server.stop();
  await rotateKeys({ ...lab.configuration.bundles, role: 'bundles', discardBundles: true });
  await lab.start();
  await lab.quiet();
  expect(await client.refresh()).toMatchObject({ digest: before?.digest, custom: { seq: 1 } });
  expect(repository.deployments()).toHaveLength(2);
});

test('what somebody published past the server is replaced by what the branch says', async () => {
  const lab = await botLab();
  const repository = await lab.github.createRepository('acme', 'agents', first);
  await lab.start();
  await lab.quiet();
  const digest = (await lab.bundleClient().refresh())?.digest;
  const custom = { commit: 'abcdef0', pullRequest: null };
  const { bundles } = lab.configuration;
  await publishBundle({ ...bundles, group: 'production', ruleSet: other, custom });
  await repository.pushTo('main', { 'README.md': 'The rules stay as they are.' });
  await lab.quiet();
  expect(await lab.bundleClient().refresh()).toMatchObject({ digest, custom: { seq: 3 } });
});

test('a server that died between publishing and noting it down does not publish again', async () => {
  const lab = await botLab();
  const repository = await lab.github.createRepository('acme', 'agents', first);
  const head = await repository.tip();
  const ruleSet = compile(parsePolicies([{ path: 'a.yaml', text: agentPolicy('a') }]).policySet);
  const { bundles } = lab.configuration;
  const custom = { commit: head, pullRequest: null };
  await publishBundle({ ...bundles, group: 'production', ruleSet, custom });
  await lab.start();
  await lab.quiet();
  expect(await lab.bundleClient().refresh()).toMatchObject({ custom: { seq: 1, commit: head } });
  expect(repository.deployments()).toHaveLength(1);
});

test('a mistake that is taken back is no failure any more', async () => {
  const lab = await botLab();
  const repository = await lab.github.createRepository('acme', 'agents', first);
  await lab.start();
  await lab.quiet();
  const failure = async () => {
    const status = await (await fetch(`${lab.serverUrl}/status`)).json();
    return (status as { groups: { failure: unknown }[] }).groups[0]?.failure;
  };
  await repository.pushTo('main', { [name]: agentPolicy('a', { port: 0 }) });
  await lab.quiet();
  expect(await failure()).toMatchObject({ message: expect.stringContaining('a.yaml:7') });
  await repository.pushTo('main', first);
  await lab.quiet();
  expect(await failure()).toBeNull();
  expect(await lab.bundleClient().refresh()).toMatchObject({ custom: { seq: 1 } });
});
