import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { waitFor } from '../../../lab/net/index.ts';
import { asApp, startSite } from './site.ts';

test('an event is sent again with the id that it had', async () => {
  const site = await startSite();
  await site.repository.pushTo('main', { a: '1\n' });
  await site.github.settled();
  const before = site.github.deliveries().find(({ event }) => event === 'push');
  const again = await site.github.redeliver(before?.id ?? 0);
  expect(again).toMatchObject({ guid: before?.guid, redelivery: true, status: 'OK' });
  expect(again.id).not.toBe(before?.id);
  const pushes = site.received.filter(({ event }) => event === 'push');
  expect(pushes.map(({ guid }) => guid)).toEqual([before?.guid, before?.guid]);
  expect(pushes[1]?.payload).toEqual(pushes[0]?.payload);
  await expect(site.github.redeliver(1)).rejects.toThrow('There is no delivery 1');
});

test('what the app missed stands in the log, and can be asked for', async () => {
  let up = false;
  const site = await startSite({ answer: () => (up ? 200 : 503) });
  await site.repository.pushTo('main', { a: '1\n' });
  await site.github.settled();
  const app = asApp(site);
  const { data: missed } = await app.rest.apps.listWebhookDeliveries({ per_page: 100 });
  expect(missed.map(({ event }) => event)).toContain('push');
  expect(new Set(missed.map(({ status }) => status))).toEqual(
    new Set(['Invalid HTTP Response: 503']),
  );
  up = true;
  const delivery_id = missed.find(({ event }) => event === 'push')?.id ?? 0;
  const { data } = await app.rest.apps.getWebhookDelivery({ delivery_id });
  expect(data.request.payload).toMatchObject({ ref: 'refs/heads/main' });
  expect(data.response.payload).toBe('taken');
  const { status } = await app.rest.apps.redeliverWebhookDelivery({ delivery_id });
  expect(status).toBe(202);
  await site.github.settled();
  expect(site.github.deliveries().at(-1)).toMatchObject({ redelivery: true, status: 'OK' });
});

test('the log is read page by page, newest first', async () => {
  const site = await startSite();
  for (let index = 0; index < 6; index += 1)
    await site.repository.pushTo('main', { a: `${index}` });
  await site.github.settled();
  const app = asApp(site);
  const all = await app.paginate(app.rest.apps.listWebhookDeliveries, { per_page: 3 });
  const ids = site.github.deliveries().map(({ id }) => id);
  expect(all.map(({ id }) => id)).toEqual(ids.toReversed());
});

test('a receiver that is not there is noted, and nothing is tried again', async () => {
  const site = await startSite();
  await site.github.settled();
  const gone = createServer();
  await new Promise<void>((resolve) => gone.listen(0, '127.0.0.1', resolve));
  const { port } = gone.address() as AddressInfo;
  await new Promise((resolve) => gone.close(resolve));
  site.github.configureWebhook({ url: `http://127.0.0.1:${port}/`, secret: 'new' });
  const ping = await waitFor(
    'the ping',
    () => site.github.deliveries().find(({ event }) => event === 'ping'),
    { deadline: 10_000 },
  );
  expect(ping).toMatchObject({ status: 'failed to connect to host', statusCode: 502 });
});

test('redirects are not followed', async () => {
  const site = await startSite({ answer: () => 302 });
  await site.github.settled();
  expect(site.github.deliveries().every(({ statusCode }) => statusCode === 302)).toBe(true);
  expect(site.received).toHaveLength(site.github.deliveries().length);
});

test('events that are held arrive when they are released, also the wrong way round', async () => {
  const site = await startSite();
  await site.github.settled();
  const known = site.received.length;
  site.github.holdDeliveries();
  const first = await site.repository.pushTo('main', { a: '1' });
  const second = await site.repository.pushTo('main', { a: '2' });
  await site.github.settled();
  expect(site.received).toHaveLength(known);
  await site.github.releaseDeliveries('reversed');
  expect(site.received.slice(known).map(({ payload }) => payload.after)).toEqual([second, first]);
});

test('the app gets what it subscribed to', async () => {
  const site = await startSite({ events: ['pull_request'] });
  await site.repository.openPullRequest({ title: 'A', branch: 'a', files: { a: 'a\n' } });
  await site.github.settled();
  expect(site.received.map(({ event }) => event).toSorted()).toEqual([
    'installation',
    'pull_request',
  ]);
});

test('closing does not wait for a receiver that never answers', async () => {
  const site = await startSite();
  await site.github.settled();
  const silent = createServer(() => {});
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const { port } = silent.address() as AddressInfo;
  site.github.configureWebhook({ url: `http://127.0.0.1:${port}/`, secret: 'new' });
  const started = performance.now();
  await site.github.close();
  expect(performance.now() - started).toBeLessThan(5000);
  silent.closeAllConnections();
  silent.close();
});
