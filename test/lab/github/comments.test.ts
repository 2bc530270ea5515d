import { expect, test } from 'vitest';
import { acme, asInstallation, refusal, startSite } from './site.ts';

async function startPull() {
  const site = await startSite({ events: ['issue_comment'] });
  await site.repository.openPullRequest({ title: 'A', branch: 'a', files: { a: 'a\n' } });
  const { rest, paginate } = await asInstallation(site);
  return { ...site, rest, paginate, pull: { ...acme, issue_number: 1 } };
}

test('the app writes, changes and deletes its comments', async () => {
  const { rest, pull, repository, github, received } = await startPull();
  const { data } = await rest.issues.createComment({ ...pull, body: 'First' });
  expect(data.user).toMatchObject({ login: 'sallyport[bot]', type: 'Bot' });
  expect(data.performed_via_github_app?.slug).toBe('sallyport');
  await rest.issues.updateComment({ ...acme, comment_id: data.id, body: 'Second' });
  expect(repository.comments(1).map(({ body }) => body)).toEqual(['Second']);
  await rest.issues.deleteComment({ ...acme, comment_id: data.id });
  expect(repository.comments(1)).toEqual([]);
  await github.settled();
  const events = received.filter(({ event }) => event === 'issue_comment');
  expect(events.map(({ payload }) => payload.action).toSorted()).toEqual([
    'created',
    'deleted',
    'edited',
  ]);
  const edited = events.find(({ payload }) => payload.action === 'edited');
  expect(edited?.payload.changes.body.from).toBe('First');
});

test("others' comments are read and left alone", async () => {
  const { rest, pull, repository } = await startPull();
  const comment_id = repository.comment(1, 'I am a person');
  const { data } = await rest.issues.listComments(pull);
  expect(data.map(({ user, body }) => `${user?.login}: ${body}`)).toEqual([
    'octocat: I am a person',
  ]);
  const denied = '403 Resource not accessible by integration';
  expect(await refusal(rest.issues.updateComment({ ...acme, comment_id, body: 'x' }))).toBe(denied);
  expect(await refusal(rest.issues.deleteComment({ ...acme, comment_id }))).toBe(denied);
});

test('a comment holds 65,536 characters, however many bytes they are', async () => {
  const { rest, pull } = await startPull();
  const longest = '𝄞'.repeat(65_536);
  const { data } = await rest.issues.createComment({ ...pull, body: longest });
  expect(data.body).toBe(longest);
  const longer = rest.issues.createComment({ ...pull, body: `${longest}.` });
  expect(await refusal(longer)).toMatch(
    /^422 Validation Failed .*Body is too long \(maximum is 65536/,
  );
  const change = rest.issues.updateComment({ ...acme, comment_id: data.id, body: `${longest}.` });
  expect(await refusal(change)).toMatch(/^422 .*Body is too long/);
  expect(await refusal(rest.issues.createComment({ ...pull, body: ' \n' }))).toMatch(
    /can't be blank/,
  );
});

test('where there is no pull request there is nothing to comment on', async () => {
  const { rest } = await startPull();
  const lost = rest.issues.createComment({ ...acme, issue_number: 99, body: 'x' });
  expect(await refusal(lost)).toBe('404 Not Found');
  expect(await refusal(rest.issues.getComment({ ...acme, comment_id: 99 }))).toBe('404 Not Found');
});

test('lists come in pages, thirty to one and a hundred at most', async () => {
  const { rest, paginate, pull, repository } = await startPull();
  for (let index = 0; index < 205; index += 1) repository.comment(1, `comment ${index}`);
  const first = await rest.issues.listComments(pull);
  expect(first.data).toHaveLength(30);
  expect(first.headers.link).toMatch(/page=2>; rel="next".*page=7>; rel="last"/);
  const most = await rest.issues.listComments({ ...pull, per_page: 1000 });
  expect(most.data).toHaveLength(100);
  const all = await paginate(rest.issues.listComments, { ...pull, per_page: 100 });
  expect(all.map(({ body }) => body)).toEqual(
    Array.from({ length: 205 }, (_, index) => `comment ${index}`),
  );
  const beyond = await rest.issues.listComments({ ...pull, page: 9 });
  expect(beyond.data).toEqual([]);
});
