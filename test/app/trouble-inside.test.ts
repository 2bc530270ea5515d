import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { botLab, until } from './bot-lab.ts';
import { agentPolicy } from './policies.ts';
import { troubledProxy } from './troubled-proxy.ts';

const name = 'policies/a.yaml';
const first = { [name]: agentPolicy('a') };

test('a delivery that cannot be put on record is not acknowledged, and counts when it comes again', async () => {
  const lab = await botLab();
  const repository = await lab.github.createRepository('acme', 'agents', first);
  await lab.start();
  await lab.quiet();
  const other = new DatabaseSync(path.join(lab.configuration.state, 'server.sqlite'));
  other.exec('BEGIN IMMEDIATE');
  await repository.pushTo('main', { [name]: agentPolicy('a', { port: 8443 }) });
  await lab.github.settled();
  const failed = lab.github.deliveries().at(-1);
  expect(failed?.statusCode).toBe(500);
  other.exec('COMMIT');
  other.close();
  await lab.github.redeliver(failed?.id ?? 0);
  await lab.quiet();
  expect(await lab.bundleClient().refresh()).toMatchObject({ custom: { seq: 2 } });
});

test('a database that is none keeps the server from starting, and says which', async () => {
  const lab = await botLab();
  mkdirSync(lab.configuration.state);
  const file = path.join(lab.configuration.state, 'server.sqlite');
  writeFileSync(file, 'x'.repeat(10_000));
  await expect(lab.start()).rejects.toThrow(file);
});

test('no secret and no token gets into the log, whatever GitHub answers', async () => {
  const proxy = troubledProxy();
  const lab = await botLab({ apiUrl: proxy.url });
  const repository = await lab.github.createRepository('acme', 'agents', first);
  const tokens: string[] = [];
  proxy.trouble = (_, url) => (url.includes('/pulls/') ? { status: 422 } : undefined);
  proxy.sent = ({ authorization = '' }) => tokens.push(authorization.split(' ').at(-1) ?? '');
  await lab.start();
  await repository.openPullRequest({
    title: 'Port',
    branch: 'port',
    files: { [name]: agentPolicy('a', { port: 8443 }) },
  });
  await until('a request has failed', () => lab.logged.some(({ err }) => err !== undefined));
  const log = JSON.stringify(lab.logged);
  expect(new Set(tokens).size).toBeGreaterThan(1);
  for (const token of tokens) expect(log).not.toContain(token);
  expect(log).not.toContain(lab.configuration.github.webhookSecret);
  expect(log).not.toContain('PRIVATE KEY');
});
