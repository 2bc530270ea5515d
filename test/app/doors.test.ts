import { createHash, createHmac, randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { request } from 'node:http';
import path from 'node:path';
import { expect, test } from 'vitest';
import { botLab, webhookSecret } from './bot-lab.ts';
import { listen } from './listen.ts';
import { agentPolicy } from './policies.ts';

const first = { 'policies/a.yaml': agentPolicy('a') };

function deliver(
  serverUrl: string,
  body: string,
  {
    secret = webhookSecret,
    headers = {},
  }: { secret?: string; headers?: Record<string, string> } = {},
): Promise<Response> {
  return fetch(`${serverUrl}/api/github/webhooks`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-github-event': 'push',
      'x-github-delivery': randomUUID(),
      'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
      ...headers,
    },
    body,
  });
}

test('a webhook with a wrong signature, or none, is refused', async () => {
  const lab = await botLab();
  await lab.start();
  const body = JSON.stringify({ repository: { full_name: 'acme/agents' } });
  expect((await deliver(lab.serverUrl, body)).status).toBe(200);
  expect((await deliver(lab.serverUrl, body, { secret: 'development' })).status).toBe(400);
  const bent = deliver(lab.serverUrl, body, { headers: { 'x-hub-signature-256': 'sha256=00' } });
  expect((await bent).status).toBe(400);
  const received = lab.logged.filter(({ event }) => event === 'delivery');
  expect(received).toHaveLength(1);
});

test('a body over the limit is refused before anything looks at it', async () => {
  const lab = await botLab({ limits: { webhookBytes: 10_000 } });
  await lab.start();
  const body = JSON.stringify({ filler: 'x'.repeat(20_000) });
  expect((await deliver(lab.serverUrl, body)).status).toBe(413);
  expect(await sendWithoutEnd(`${lab.serverUrl}/api/github/webhooks`)).toBe(413);
  expect((await deliver(lab.serverUrl, '{}')).status).toBe(200);
});

/** A body of unknown length that goes on until there is an answer. */
function sendWithoutEnd(url: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sending = request(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
    });
    const more = setInterval(() => sending.write('x'.repeat(1000)), 1);
    sending.on('response', (answer) => {
      clearInterval(more);
      answer.resume();
      sending.destroy();
      resolve(answer.statusCode);
    });
    sending.on('error', reject);
  });
}

test('payloads of another shape than GitHub’s do nothing', async () => {
  const lab = await botLab();
  await lab.start();
  for (const body of ['{}', '[]', '{"repository": 7}', '{"repository": {"full_name": "x/y"}}']) {
    expect((await deliver(lab.serverUrl, body)).status).toBe(200);
  }
  expect((await deliver(lab.serverUrl, 'no json')).status).toBe(400);
  await lab.quiet();
});

test('of the bundle folder, only the tree that clients need can be read', async () => {
  const lab = await botLab();
  await lab.github.createRepository('acme', 'agents', first);
  await lab.start();
  await lab.quiet();
  writeFileSync(path.join(lab.configuration.bundles.repository, 'secret'), '');
  const get = (name: string, headers = {}) => fetch(`${lab.serverUrl}/tuf/${name}`, { headers });
  const timestamp = await get('metadata/timestamp.json');
  expect(timestamp.status).toBe(200);
  expect(timestamp.headers.get('cache-control')).toBe('no-cache');
  const content = Buffer.from(await timestamp.arrayBuffer());
  const tag = `"${createHash('sha256').update(content).digest('hex')}"`;
  expect(timestamp.headers.get('etag')).toBe(tag);
  expect((await get('metadata/timestamp.json', { 'if-none-match': tag })).status).toBe(304);
  const root = await get('metadata/1.root.json');
  expect(root.headers.get('cache-control')).toContain('immutable');
  for (const name of [
    'secret',
    'metadata',
    'metadata/',
    'metadata/.lock',
    'metadata/9.root.json',
  ]) {
    expect([name, (await get(name)).status]).toEqual([name, 404]);
  }
  for (const name of ['metadata/../secret', 'metadata/%2e%2e/secret', 'metadata//../../secret']) {
    expect([name, await rawStatus(lab.serverUrl, `/tuf/${name}`)]).toEqual([name, 404]);
  }
});

/** `fetch` would tidy the path first. */
function rawStatus(serverUrl: string, target: string): Promise<number | undefined> {
  const { hostname, port } = new URL(serverUrl);
  return new Promise((resolve, reject) => {
    const asking = request({ hostname, port, path: target }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    asking.on('error', reject).end();
  });
}

test('a new listener is told what is current, and only of its group', async () => {
  const lab = await botLab();
  const repository = await lab.github.createRepository('acme', 'agents', first);
  await lab.start();
  await lab.quiet();
  const [mine, others] = await Promise.all([
    listen(`${lab.serverUrl}/events?group=production`),
    listen(`${lab.serverUrl}/events?group=staging`),
  ]);
  await repository.pushTo('main', { 'policies/a.yaml': agentPolicy('a', { port: 8443 }) });
  await lab.quiet();
  expect(mine.map(({ seq }) => seq)).toEqual([1, 2]);
  expect(others).toEqual([]);
});

test('more listeners than configured are refused', async () => {
  const lab = await botLab({ limits: { listeners: 1 } });
  await lab.start();
  await listen(`${lab.serverUrl}/events`);
  expect((await fetch(`${lab.serverUrl}/events`)).status).toBe(503);
});

test('other paths and methods are answered plainly', async () => {
  const lab = await botLab();
  await lab.start();
  expect((await fetch(`${lab.serverUrl}/`)).status).toBe(404);
  const wrong = await fetch(`${lab.serverUrl}/status`, { method: 'DELETE' });
  expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
});
