import { expect, test } from 'vitest';
import { botLab, until } from './bot-lab.ts';
import { agentPolicy } from './policies.ts';
import { troubledProxy } from './troubled-proxy.ts';

const path = 'policies/a.yaml';
const first = { [path]: agentPolicy('a') };
const withPort = (port: number) => ({ [path]: agentPolicy('a', { port }) });

test('a push during a review: one comment, for the newest head, and no check left unfinished', async () => {
  const proxy = troubledProxy();
  const lab = await botLab({ apiUrl: proxy.url });
  const repository = await lab.github.createRepository('acme', 'agents', first);
  await lab.start();
  // The review of the first head hangs while it reads the policies, until the next push has come.
  const gate = Promise.withResolvers<void>();
  let reading = false;
  proxy.trouble = (_, url) => {
    if (!url.includes('/git/blobs/')) return undefined;
    reading = true;
    return gate.promise;
  };
  const { number, head } = await repository.openPullRequest({
    title: 'Ports',
    branch: 'ports',
    files: withPort(8443),
  });
  await until('the review has begun', () => reading);
  const second = await repository.pushTo('ports', withPort(9443));
  const third = await repository.pushTo('ports', withPort(10443));
  await lab.github.settled();
  gate.resolve();
  await lab.quiet();
  const comments = repository.comments(number);
  expect(comments).toHaveLength(1);
  expect(comments[0]?.body).toContain(third);
  expect(comments[0]?.body).toContain('10443');
  expect(comments[0]?.body).not.toContain('8443,');
  expect(repository.checkRuns(head)).toMatchObject([{ conclusion: 'cancelled' }]);
  expect(repository.checkRuns(third)).toMatchObject([{ conclusion: 'success' }]);
  expect(repository.checkRuns(second).every(({ status }) => status === 'completed')).toBe(true);
});

test('two pushes in quick succession change the comment that is there', async () => {
  const lab = await botLab();
  const repository = await lab.github.createRepository('acme', 'agents', first);
  await lab.start();
  const { number } = await repository.openPullRequest({
    title: 'Ports',
    branch: 'ports',
    files: withPort(8443),
  });
  await lab.quiet();
  const [before] = repository.comments(number);
  await repository.pushTo('ports', withPort(9443));
  const last = await repository.pushTo('ports', withPort(10443));
  await lab.quiet();
  const comments = repository.comments(number);
  expect(comments.map(({ id }) => id)).toEqual([before?.id]);
  expect(comments[0]?.body).toContain(last);
});

test('a delivery that comes again does nothing twice', async () => {
  const lab = await botLab();
  const repository = await lab.github.createRepository('acme', 'agents', first);
  await lab.start();
  const { number, head } = await repository.openPullRequest({
    title: 'Ports',
    branch: 'ports',
    files: withPort(8443),
  });
  await lab.quiet();
  const [comment] = repository.comments(number);
  const opened = lab.github.deliveries().filter(({ action }) => action === 'opened');
  expect(opened).toHaveLength(1);
  const again = await lab.github.redeliver(opened[0]?.id ?? 0);
  await lab.quiet();
  expect(again.statusCode).toBe(200);
  expect(repository.checkRuns(head)).toHaveLength(1);
  expect(repository.comments(number)).toEqual([comment]);
});

test('deliveries out of order: the state of the pull request counts, not the last delivery', async () => {
  const lab = await botLab();
  const repository = await lab.github.createRepository('acme', 'agents', first);
  await lab.start();
  lab.github.holdDeliveries();
  const { number } = await repository.openPullRequest({
    title: 'Ports',
    branch: 'ports',
    files: withPort(8443),
  });
  await repository.pushTo('ports', withPort(9443));
  const last = await repository.pushTo('ports', withPort(10443));
  await lab.github.releaseDeliveries('reversed');
  await lab.quiet();
  const comments = repository.comments(number);
  expect(comments).toHaveLength(1);
  expect(comments[0]?.body).toContain(last);
  expect(repository.checkRuns(last)).toMatchObject([{ conclusion: 'success' }]);
});

test('closed before it could be reviewed: its check is cancelled, and nothing is commented', async () => {
  const proxy = troubledProxy();
  const lab = await botLab({ apiUrl: proxy.url });
  const repository = await lab.github.createRepository('acme', 'agents', first);
  await lab.start();
  const gate = Promise.withResolvers<void>();
  let reading = false;
  proxy.trouble = (_, url) => {
    if (!url.includes('/git/blobs/')) return undefined;
    reading = true;
    return gate.promise;
  };
  const { number, head } = await repository.openPullRequest({
    title: 'Ports',
    branch: 'ports',
    files: withPort(8443),
  });
  await until('the review has begun', () => reading);
  await repository.closePullRequest(number);
  await lab.github.settled();
  gate.resolve();
  await lab.quiet();
  expect(repository.comments(number)).toEqual([]);
  expect(repository.checkRuns(head)).toMatchObject([{ conclusion: 'cancelled' }]);
});
