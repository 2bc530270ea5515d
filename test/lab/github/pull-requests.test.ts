import { expect, test } from 'vitest';
import { acme, asInstallation, refusal, startSite } from './site.ts';

const change = { title: 'Let the builder out', branch: 'let-out' };

test('a pull request from opening to merge', async () => {
  const site = await startSite();
  const { repository } = site;
  const base = await repository.tip();
  const files = { 'agents/builder.yaml': 'name: builder\nallow: []\n', 'README.md': null };
  const { number, head } = await repository.openPullRequest({ ...change, files });
  const { rest } = await asInstallation(site);
  const { data } = await rest.pulls.get({ ...acme, pull_number: number });
  expect(data).toMatchObject({
    state: 'open',
    mergeable: true,
    merged: false,
    changed_files: 2,
    additions: 1,
    deletions: 1,
    commits: 1,
    head: { sha: head, ref: 'let-out', label: 'acme:let-out' },
    base: { sha: base, ref: 'main' },
  });
  const again = await rest.pulls.get({ ...acme, pull_number: number });
  expect(again.data.merge_commit_sha).toBe(data.merge_commit_sha);
  const listed = await rest.pulls.listFiles({ ...acme, pull_number: number });
  expect(listed.data.map(({ status, filename }) => `${status} ${filename}`)).toEqual([
    'removed README.md',
    'modified agents/builder.yaml',
  ]);
  const merge = await repository.mergePullRequest(number);
  expect(await repository.tip()).toBe(merge);
  expect(await repository.read('README.md')).toBeUndefined();
  const after = await rest.pulls.get({ ...acme, pull_number: number });
  expect(after.data).toMatchObject({ state: 'closed', merged: true, merge_commit_sha: merge });
  for (const commit_sha of [merge, head]) {
    const of = await rest.repos.listPullRequestsAssociatedWithCommit({ ...acme, commit_sha });
    expect(of.data.map((pull) => pull.number)).toEqual([number]);
  }
  expect((await rest.pulls.list(acme)).data).toEqual([]);
  expect((await rest.pulls.list({ ...acme, state: 'all' })).data).toHaveLength(1);
});

test('the app is told of each step, signed, in shapes that GitHub describes', async () => {
  const site = await startSite();
  const { repository, github, received } = site;
  const { number, head } = await repository.openPullRequest({ ...change, files: { a: '1\n' } });
  const next = await repository.pushTo(change.branch, { a: '2\n' });
  await repository.closePullRequest(number);
  await repository.reopenPullRequest(number);
  const merge = await repository.mergePullRequest(number);
  await github.settled();
  expect(received.every(({ authentic }) => authentic)).toBe(true);
  const of = (event: string) => received.filter((one) => one.event === event);
  expect(of('installation')[0]?.payload.repositories[0].full_name).toBe('acme/policies');
  const pulls = of('pull_request').map(({ payload }) => payload);
  const steps = pulls.map((one) => `${one.action} ${one.pull_request.head.sha}`);
  expect(steps.toSorted()).toEqual(
    [
      `opened ${head}`,
      `synchronize ${next}`,
      `closed ${next}`,
      `reopened ${next}`,
      `closed ${next}`,
    ].toSorted(),
  );
  expect(pulls.find(({ action }) => action === 'synchronize')).toMatchObject({
    before: head,
    after: next,
  });
  expect(pulls.filter((one) => one.pull_request.merged)).toHaveLength(1);
  const push = of('push').find(({ payload }) => payload.after === merge)?.payload;
  expect(push).toMatchObject({ ref: 'refs/heads/main', created: false, forced: false });
  expect(push.head_commit).toMatchObject({ id: merge, added: ['a'], modified: [], removed: [] });
  expect(push.installation.id).toBeTypeOf('number');
});

test('what conflicts cannot be merged', async () => {
  const site = await startSite();
  const { repository } = site;
  const { number } = await repository.openPullRequest({
    ...change,
    files: { 'README.md': 'One\n' },
  });
  await repository.pushTo('main', { 'README.md': 'Other\n' });
  const { rest } = await asInstallation(site);
  const { data } = await rest.pulls.get({ ...acme, pull_number: number });
  expect(data).toMatchObject({
    mergeable: false,
    mergeable_state: 'dirty',
    merge_commit_sha: null,
  });
  await expect(repository.mergePullRequest(number)).rejects.toThrow(/conflicts with main/);
});

test('a squash merge has one parent', async () => {
  const site = await startSite();
  const { repository } = site;
  const before = await repository.tip();
  const { number } = await repository.openPullRequest({ ...change, files: { a: '1\n' } });
  const commit = await repository.mergePullRequest(number, { method: 'squash' });
  const { rest } = await asInstallation(site);
  const { data } = await rest.git.getCommit({ ...acme, commit_sha: commit });
  expect(data.parents.map(({ sha }) => sha)).toEqual([before]);
  expect(data.message).toBe(`${change.title} (#${number})`);
});

test('a force push replaces the head', async () => {
  const site = await startSite();
  const { repository, github, received } = site;
  const { number, head } = await repository.openPullRequest({ ...change, files: { a: '1\n' } });
  const next = await repository.pushTo(change.branch, { b: '1\n' }, { force: true });
  const { rest } = await asInstallation(site);
  const { data } = await rest.pulls.listFiles({ ...acme, pull_number: number });
  expect(data.map(({ filename }) => filename)).toEqual(['b']);
  await github.settled();
  const forced = received.find(({ event, payload }) => event === 'push' && payload.forced);
  expect(forced?.payload).toMatchObject({ before: head, after: next });
});

test('from a fork: its objects are here, its checks name no pull request, it cannot be written', async () => {
  const site = await startSite();
  const fork = await site.repository.fork('mallory');
  const { number, head } = await site.repository.openPullRequest({
    ...change,
    files: { 'agents/builder.yaml': 'name: evil\n' },
    from: fork,
    by: 'mallory',
  });
  const { rest } = await asInstallation(site);
  const { data } = await rest.pulls.get({ ...acme, pull_number: number });
  expect(data.head.repo?.full_name).toBe('mallory/policies');
  expect(data.head.label).toBe('mallory:let-out');
  const tree = await rest.git.getTree({ ...acme, tree_sha: head, recursive: '1' });
  expect(tree.data.tree.map(({ path }) => path)).toContain('agents/builder.yaml');
  const check = await rest.checks.create({ ...acme, name: 'Sallyport', head_sha: head });
  expect(check.data.pull_requests).toEqual([]);
  const theirs = { owner: 'mallory', repo: 'policies' };
  expect((await rest.repos.get(theirs)).data.fork).toBe(true);
  expect(await refusal(rest.checks.create({ ...theirs, name: 'Sallyport', head_sha: head }))).toBe(
    '403 Resource not accessible by integration',
  );
  await fork.pushTo(change.branch, { more: 'x\n' }, { by: 'mallory' });
  await site.github.settled();
  const events = site.received.map(
    ({ event, payload }) => `${event} ${payload.action ?? payload.ref}`,
  );
  expect(events).toContain('pull_request synchronize');
  expect(events).not.toContain(`push refs/heads/${change.branch}`);
});
