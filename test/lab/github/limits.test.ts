import { expect, test } from 'vitest';
import { acme, asInstallation, refusal, startSite } from './site.ts';

test('what is left of the hour is told, and its end enforced', async () => {
  const site = await startSite({ limits: { requestsPerHour: 4 } });
  const { rest } = await asInstallation(site);
  const { headers } = await rest.repos.get(acme);
  expect(headers['x-ratelimit-remaining']).toBe('3');
  const limit = await rest.rateLimit.get();
  expect(limit.data.rate).toMatchObject({ limit: 4 });
  let last = '';
  for (let index = 0; index < 4; index += 1) last = await refusal(rest.repos.get(acme));
  expect(last).toBe('403 API rate limit exceeded');
});

test('who writes too fast is told when to come back', async () => {
  const site = await startSite({ limits: { contentPerMinute: 2 } });
  await site.repository.openPullRequest({ title: 'A', branch: 'a', files: { a: 'a\n' } });
  const { rest } = await asInstallation(site);
  const write = () => rest.issues.createComment({ ...acme, issue_number: 1, body: 'x' });
  await write();
  await write();
  expect(await refusal(write())).toMatch(/^403 You have exceeded a secondary rate limit/);
  const error = await write().catch((thrown) => thrown);
  expect(Number(error.response.headers['retry-after'])).toBeGreaterThan(30);
  expect((await rest.repos.get(acme)).status).toBe(200);
});

test('a body of more than ten mebibytes, or of no JSON, is refused', async () => {
  const site = await startSite();
  const { token } = (await (await asInstallation(site)).auth({ type: 'installation' })) as {
    token: string;
  };
  const post = async (body: string) => {
    const url = `${site.github.apiUrl}/repos/acme/policies/check-runs`;
    const headers = { authorization: `token ${token}` };
    return (await fetch(url, { method: 'POST', headers, body })).status;
  };
  expect(await post('x'.repeat(11 * 1024 * 1024))).toBe(413);
  expect(await post('{')).toBe(400);
  expect(await post('[]')).toBe(422);
});

test('an answer that did not change is not sent again', async () => {
  const site = await startSite();
  const { rest } = await asInstallation(site);
  const ref = { ...acme, ref: 'heads/main' };
  const { headers } = await rest.git.getRef(ref);
  const asked = { ...ref, headers: { 'if-none-match': headers.etag ?? '' } };
  expect(await refusal(rest.git.getRef(asked))).toMatch(/^304/);
  await site.repository.pushTo('main', { a: '1' });
  expect((await rest.git.getRef(asked)).status).toBe(200);
});

test('values of the query that GitHub does not know are refused', async () => {
  const site = await startSite();
  const { rest } = await asInstallation(site);
  const odd = rest.pulls.list({ ...acme, state: 'merged' as 'all' });
  expect(await refusal(odd)).toMatch(/^422 .*state must be open, closed, all, not merged/);
});
