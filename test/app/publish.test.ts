import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { parsePolicies } from '../../src/policy/index.ts';
import { compile, ruleSetDigest } from '../../src/rules/index.ts';
import { botLab, report, until } from './bot-lab.ts';
import { listen } from './listen.ts';
import { agentPolicy } from './policies.ts';
import { troubledProxy } from './troubled-proxy.ts';

const path = 'policies/a.yaml';
const first = { [path]: agentPolicy('a') };
const changed = { [path]: agentPolicy('a', { port: 8443 }) };

function digestOf(files: Readonly<Record<string, string>>): string {
  const sources = Object.entries(files).map(([name, text]) => ({ path: name, text }));
  return ruleSetDigest(compile(parsePolicies(sources).policySet));
}

test('what is merged is published, announced, fetched and shown as a deployment', async () => {
  const lab = await botLab({ gateways: ['gw-1', 'gw-2'] });
  const repository = await lab.github.createRepository('acme', 'agents', first);
  await lab.start();
  await lab.quiet();
  const client = lab.bundleClient();
  const initial = await client.refresh();
  expect(initial).toMatchObject({ digest: digestOf(first), custom: { seq: 1, pullRequest: null } });
  if (initial) await client.accept(initial);
  const events = await listen(`${lab.serverUrl}/events?group=production`);
  const { number } = await repository.openPullRequest({
    title: 'Another port',
    branch: 'port',
    files: changed,
  });
  await lab.quiet();
  const commit = await repository.mergePullRequest(number);
  const digest = digestOf(changed);
  await until('the event has come', () => events.some(({ seq }) => seq === 2));
  expect(events.at(-1)).toEqual({ group: 'production', seq: 2, digest, timestampVersion: 3 });
  expect(await client.refresh()).toMatchObject({
    digest,
    group: 'production',
    custom: { seq: 2, commit, pullRequest: number, agents: 1, clauses: 1 },
  });

  await lab.quiet();
  const deployment = () => repository.deployments().find(({ sha }) => sha === commit);
  const states = () => deployment()?.statuses.map(({ state }) => state);
  expect(repository.deployments()).toHaveLength(2);
  expect(deployment()).toMatchObject({ environment: 'production' });
  expect(states()).toEqual(['in_progress']);
  expect(repository.deployments()[0]?.statuses.at(-1)?.state).toBe('inactive');
  const applied = { seq: 2, digest };
  expect((await report(lab, 'gw-1', { applied })).status).toBe(204);
  expect((await report(lab, 'gw-2', { error: 'bad-signature: …' })).status).toBe(204);
  await lab.quiet();
  expect(deployment()?.statuses.at(-1)).toMatchObject({
    state: 'failure',
    description: 'Bundle 2: 1 of 2 gateways enforce it; errors on gw-2: bad-signature: …',
  });
  expect((await report(lab, 'gw-2', { applied })).status).toBe(204);
  await lab.quiet();
  expect(deployment()?.statuses.at(-1)).toMatchObject({ state: 'success' });
});

test.each([
  ['throttled', true],
  ['not throttled', false],
])('publishing does not wait for writes to GitHub (%s)', async (_, throttle) => {
  const proxy = troubledProxy();
  const lab = await botLab({ apiUrl: proxy.url, throttle });
  const repository = await lab.github.createRepository('acme', 'agents', first);
  await lab.start();
  const { number } = await repository.openPullRequest({
    title: 'Another port',
    branch: 'port',
    files: changed,
  });
  await lab.quiet();
  // From now on no write is answered until the gate opens.
  const gate = Promise.withResolvers<void>();
  let held = 0;
  proxy.trouble = (method, url) => {
    if (method === 'GET' || url.includes('/access_tokens')) return undefined;
    held += 1;
    return gate.promise;
  };
  for (let i = 0; i < 3; i++) {
    await repository.openPullRequest({
      title: `Pull request ${i}`,
      branch: `other-${i}`,
      files: { [path]: agentPolicy('a', { port: 9000 + i }) },
    });
  }
  await until('reviews wait for their writes', () => held > 0);
  await repository.mergePullRequest(number);
  const client = lab.bundleClient();
  await until('it is published', async () => {
    const bundle = await client.refresh();
    return bundle?.digest === digestOf(changed);
  });
  expect(held).toBeGreaterThan(0);
  expect(repository.deployments().some(({ statuses }) => statuses.length > 1)).toBe(false);
  gate.resolve();
});

test('merged with errors: nothing is published, and the deployment says so', async () => {
  const lab = await botLab();
  const repository = await lab.github.createRepository('acme', 'agents', first);
  await lab.start();
  await lab.quiet();
  const broken = await repository.pushTo('main', { [path]: agentPolicy('a', { port: 0 }) });
  await lab.quiet();
  expect(await lab.bundleClient().refresh()).toMatchObject({ digest: digestOf(first) });
  const deployment = repository.deployments().find(({ sha }) => sha === broken);
  expect(deployment?.statuses).toMatchObject([
    {
      state: 'error',
      description: expect.stringMatching(/^Nothing was published: policies\/a\.yaml:7 SP/),
    },
  ]);
  // What is in force has not changed for it.
  expect(repository.deployments()[0]?.statuses.at(-1)?.state).toBe('success');
  await repository.pushTo('main', changed);
  await lab.quiet();
  expect(await lab.bundleClient().refresh()).toMatchObject({ custom: { seq: 2 } });
});

test('a push that changes no rule publishes nothing', async () => {
  const lab = await botLab();
  const repository = await lab.github.createRepository('acme', 'agents', first);
  await lab.start();
  await lab.quiet();
  await repository.pushTo('main', { 'README.md': '# Agents', [path]: `# moved\n${first[path]}` });
  await repository.pushTo('elsewhere', changed);
  await lab.quiet();
  expect(await lab.bundleClient().refresh()).toMatchObject({ custom: { seq: 1 } });
  expect(repository.deployments()).toHaveLength(1);
});

test('a push and the merge that it is publish once; old deliveries never bring old rules back', async () => {
  const lab = await botLab();
  const repository = await lab.github.createRepository('acme', 'agents', first);
  await lab.start();
  await lab.quiet();
  lab.github.holdDeliveries();
  await repository.pushTo('main', { [path]: agentPolicy('a', { port: 7000 }) });
  const last = await repository.pushTo('main', changed);
  await lab.github.releaseDeliveries('reversed');
  await lab.quiet();
  expect(await lab.bundleClient().refresh()).toMatchObject({
    digest: digestOf(changed),
    custom: { seq: 2, commit: last },
  });
  for (const { id } of [...lab.github.deliveries()]) await lab.github.redeliver(id);
  await lab.quiet();
  expect(await lab.bundleClient().refresh()).toMatchObject({ custom: { seq: 2 } });
});

test('reports that are not a gateway’s own, or not new, are refused', async () => {
  const lab = await botLab({ gateways: ['gw-1'] });
  await lab.github.createRepository('acme', 'agents', first);
  await lab.start();
  const stranger = generateKeyPairSync('ed25519').privateKey;
  const at = new Date().toISOString();
  const status = async (answer: Promise<Response>) => (await answer).status;
  expect(await status(report(lab, 'gw-1', {}, { key: stranger }))).toBe(401);
  expect(await status(report(lab, 'gw-9', {}, { key: stranger }))).toBe(404);
  expect(await status(report(lab, 'gw-1', { gateway: 'gw-2' }))).toBe(400);
  expect(await status(report(lab, 'gw-1', { group: 'staging' }))).toBe(400);
  expect(await status(report(lab, 'gw-1', { applied: 'yes' }))).toBe(400);
  expect(await status(report(lab, 'gw-1', {}, { at: '2020-01-01T00:00:00.000Z' }))).toBe(400);
  expect(await status(report(lab, 'gw-1', { filler: 'x'.repeat(70_000) }))).toBe(413);
  expect(await status(report(lab, 'gw-1', {}, { at }))).toBe(204);
  expect(await status(report(lab, 'gw-1', {}, { at }))).toBe(409);
  const unsigned = await fetch(`${lab.serverUrl}/gateways/gw-1/status`, {
    method: 'POST',
    body: '{}',
  });
  expect(unsigned.status).toBe(401);
});
