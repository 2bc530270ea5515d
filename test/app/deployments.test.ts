import { expect, test } from 'vitest';
import { botLab, until } from './bot-lab.ts';
import { agentPolicy } from './policies.ts';
import { troubledProxy } from './troubled-proxy.ts';

const path = 'policies/a.yaml';

test('a deployment that was deleted on GitHub keeps no later one from being told', async () => {
  const proxy = troubledProxy();
  const lab = await botLab({ apiUrl: proxy.url });
  const repository = await lab.github.createRepository('acme', 'agents', {
    [path]: agentPolicy('a'),
  });
  await lab.start();
  await lab.quiet();
  const [deleted] = repository.deployments();
  proxy.trouble = (_, url) =>
    url.endsWith(`/deployments/${deleted?.id}/statuses`) ? { status: 404 } : undefined;
  const commit = await repository.pushTo('main', { [path]: agentPolicy('a', { port: 8443 }) });
  const states = () =>
    repository
      .deployments()
      .find(({ sha }) => sha === commit)
      ?.statuses.map(({ state }) => state);
  await until('the later one is told', () => states()?.[0] === 'success');
});

test('a review that fails costs other work no new connection', async () => {
  const proxy = troubledProxy();
  const lab = await botLab({ apiUrl: proxy.url });
  const repository = await lab.github.createRepository('acme', 'agents', {
    [path]: agentPolicy('a'),
  });
  await lab.start();
  await lab.quiet();
  let connected = 0;
  let refused = 0;
  proxy.trouble = (_, url) => {
    if (url.includes('/access_tokens')) connected += 1;
    if (refused > 0 || !url.includes('/git/blobs/')) return undefined;
    refused += 1;
    return { status: 422 };
  };
  const { head } = await repository.openPullRequest({
    title: 'Port',
    branch: 'port',
    files: { [path]: agentPolicy('a', { port: 8443 }) },
  });
  await until('there was another try', () => repository.checkRuns(head).length > 1);
  await lab.quiet();
  expect(connected).toBe(0);
});
