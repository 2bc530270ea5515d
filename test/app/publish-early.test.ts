import { createHmac, randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { botLab, until, webhookSecret } from './bot-lab.ts';
import { agentPolicy } from './policies.ts';
import { troubledProxy } from './troubled-proxy.ts';

const path = 'policies/a.yaml';
const first = { [path]: agentPolicy('a') };
const changed = { [path]: agentPolicy('a', { port: 8443 }) };

test('what was reviewed is published after one round of questions, and no blob is read again', async () => {
  const proxy = troubledProxy();
  const lab = await botLab({ apiUrl: proxy.url });
  const repository = await lab.github.createRepository('acme', 'agents', first);
  await lab.start();
  const { number } = await repository.openPullRequest({
    title: 'Port',
    branch: 'port',
    files: changed,
  });
  await lab.quiet();
  const gate = Promise.withResolvers<void>();
  const asked: string[] = [];
  proxy.trouble = (method, url) => {
    if (method !== 'GET') return undefined;
    asked.push(url.replace(/^.*\/acme\/agents/, ''));
    return gate.promise;
  };
  const merged = repository.mergePullRequest(number);
  const kinds = [/^$/, /^\/git\/ref\//, /^\/git\/trees\//, /^\/commits\/[^/]+\/pulls$/];
  await until('everything is asked before anything is answered', () =>
    kinds.every((kind) => asked.some((url) => kind.test(url))),
  );
  gate.resolve();
  await merged;
  await lab.quiet();
  expect(await lab.bundleClient().refresh()).toMatchObject({
    custom: { seq: 2, pullRequest: number },
  });
  expect(asked.filter((url) => /\/git\/blobs\/|recursive/.test(url))).toEqual([]);
});

test('a commit that only a webhook calls the head is not published', async () => {
  const lab = await botLab();
  const repository = await lab.github.createRepository('acme', 'agents', first);
  await lab.start();
  const { head } = await repository.openPullRequest({
    title: 'Not merged',
    branch: 'port',
    files: changed,
  });
  await lab.quiet();
  const body = JSON.stringify({
    ref: 'refs/heads/main',
    before: await repository.tip(),
    after: head,
    repository: { full_name: 'acme/agents', default_branch: 'main' },
  });
  const answer = await fetch(`${lab.serverUrl}/api/github/webhooks`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-github-event': 'push',
      'x-github-delivery': randomUUID(),
      'x-hub-signature-256': `sha256=${createHmac('sha256', webhookSecret).update(body).digest('hex')}`,
    },
    body,
  });
  expect(answer.status).toBe(200);
  await lab.quiet();
  const commit = await repository.tip();
  expect(await lab.bundleClient().refresh()).toMatchObject({ custom: { seq: 1, commit } });
});
