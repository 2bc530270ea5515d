import { expect, test } from 'vitest';
import { botLab, until } from './bot-lab.ts';
import { agentPolicy } from './policies.ts';
import { troubledProxy } from './troubled-proxy.ts';

const path = 'policies/a.yaml';
const first = { [path]: agentPolicy('a') };
const changed = { [path]: agentPolicy('a', { port: 8443 }) };

test('the server was away: what happened meanwhile is reviewed and published at its start', async () => {
  const lab = await botLab();
  const repository = await lab.github.createRepository('acme', 'agents', first);
  const { number } = await repository.openPullRequest({
    title: 'Meanwhile',
    branch: 'meanwhile',
    files: { [path]: agentPolicy('a', { port: 9443 }) },
  });
  await repository.pushTo('main', changed);
  await lab.github.settled();
  expect(lab.github.deliveries().every(({ statusCode }) => statusCode !== 200)).toBe(true);
  await lab.start();
  await lab.quiet();
  expect(repository.comments(number)).toHaveLength(1);
  expect(await lab.bundleClient().refresh()).toMatchObject({ custom: { seq: 1 } });
});

test('a server that starts again does nothing twice', async () => {
  const lab = await botLab();
  const repository = await lab.github.createRepository('acme', 'agents', first);
  const server = await lab.start();
  const { number, head } = await repository.openPullRequest({
    title: 'Port',
    branch: 'port',
    files: changed,
  });
  await lab.quiet();
  await server.stop();
  await lab.start();
  await lab.quiet();
  expect(repository.comments(number)).toHaveLength(1);
  expect(repository.checkRuns(head)).toHaveLength(1);
  expect(repository.deployments()).toHaveLength(1);
  expect(await lab.bundleClient().refresh()).toMatchObject({ custom: { seq: 1 } });
});

test('a review that the end of the server broke off is done by the next one', async () => {
  const proxy = troubledProxy();
  const lab = await botLab({ apiUrl: proxy.url });
  const repository = await lab.github.createRepository('acme', 'agents', first);
  const server = await lab.start();
  await lab.quiet();
  const gate = Promise.withResolvers<void>();
  let reading = false;
  proxy.trouble = (_, url) => {
    if (!url.includes('/git/blobs/')) return undefined;
    reading = true;
    return gate.promise;
  };
  const { number, head } = await repository.openPullRequest({
    title: 'Port',
    branch: 'port',
    files: changed,
  });
  await until('the review has begun', () => reading);
  const stopped = server.stop();
  gate.resolve();
  await stopped;
  expect(repository.checkRuns(head)).toMatchObject([{ status: 'in_progress' }]);
  expect(repository.comments(number)).toEqual([]);
  await lab.start();
  await lab.quiet();
  expect(repository.checkRuns(head)).toMatchObject([
    { conclusion: 'cancelled' },
    { conclusion: 'success' },
  ]);
  expect(repository.comments(number)).toHaveLength(1);
});

test('a review that cannot be completed fails its check, and is tried again', async () => {
  const proxy = troubledProxy();
  const lab = await botLab({ apiUrl: proxy.url });
  const repository = await lab.github.createRepository('acme', 'agents', first);
  await lab.start();
  await lab.quiet();
  let refused = 0;
  proxy.trouble = (_, url) => {
    if (refused > 0 || !url.includes('/git/blobs/')) return undefined;
    refused += 1;
    return { status: 404 };
  };
  const { number, head } = await repository.openPullRequest({
    title: 'Port',
    branch: 'port',
    files: changed,
  });
  await until('there was another try', () => repository.checkRuns(head).length > 1);
  await lab.quiet();
  expect(repository.checkRuns(head)).toMatchObject([
    { conclusion: 'failure', output: { title: 'The review could not be completed' } },
    { conclusion: 'success' },
  ]);
  expect(repository.comments(number)).toHaveLength(1);
});

test('a blob that is not what its id says is not believed', async () => {
  const { BlobCache } = await import('../../src/app/policies/index.ts');
  const cache = new BlobCache(1000);
  const hello = 'b6fc4c620b67d95f953a5c1c1230aaab5db5a1b0';
  const fetched: string[] = [];
  const answer = (text: string) => async (sha: string) => {
    fetched.push(sha);
    return Buffer.from(text);
  };
  await expect(cache.get(hello, answer('hallo'))).rejects.toThrow(/other content/);
  expect(Buffer.from(await cache.get(hello, answer('hello'))).toString()).toBe('hello');
  await cache.get(hello, answer('never asked for'));
  expect(fetched).toEqual([hello, hello]);
});
