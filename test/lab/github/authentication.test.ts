import { createSign } from 'node:crypto';
import { expect, test } from 'vitest';
import { acme, appId, asApp, asInstallation, keys, otherKeys, refusal, startSite } from './site.ts';

function jwt(claims: object, { key = keys.privateKey, alg = 'RS256' } = {}): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part({ alg, typ: 'JWT' })}.${part(claims)}`;
  return `${text}.${createSign('RSA-SHA256').update(text).sign(key).toString('base64url')}`;
}

async function get(url: string, authorization?: string) {
  const response = await fetch(url, { headers: authorization ? { authorization } : {} });
  return `${response.status} ${((await response.json()) as { message?: string }).message ?? ''}`.trim();
}

test('an app says who it is by a token signed with its key', async () => {
  const site = await startSite();
  const { data } = await asApp(site).rest.apps.getAuthenticated();
  expect(data).toMatchObject({ id: appId, slug: 'sallyport' });
  const installations = await asApp(site).rest.apps.listInstallations();
  expect(installations.data.map(({ account }) => account?.id)).toHaveLength(1);
  expect(await refusal(asApp(site, otherKeys.privateKey).rest.apps.getAuthenticated())).toMatch(
    /^401 A JSON web token could not be decoded/,
  );
});

test('an app token is held to its times, its issuer and its algorithm', async () => {
  const { github } = await startSite();
  const now = Math.floor(Date.now() / 1000);
  const asked = (claims: object, how = {}) =>
    get(
      `${github.apiUrl}/app`,
      `Bearer ${jwt({ iat: now, exp: now + 60, iss: appId, ...claims }, how)}`,
    );
  expect(await asked({})).toBe('200');
  expect(await asked({ exp: now - 1 })).toMatch(/^401 'Expiration time' claim .* future time/);
  expect(await asked({ exp: now + 3600 })).toMatch(/^401 .* too far in the future/);
  expect(await asked({ iat: now + 300 })).toMatch(/^401 'Issued at' claim/);
  expect(await asked({ iss: 12 })).toBe('404 Integration not found');
  expect(await asked({}, { alg: 'none' })).toMatch(/^401 A JSON web token/);
});

test('without credentials, or with invented ones, nothing is answered', async () => {
  const { github } = await startSite();
  const repository = `${github.apiUrl}/repos/acme/policies`;
  expect(await get(repository)).toBe('401 Requires authentication');
  expect(await get(repository, 'token ghs_invented')).toBe('401 Bad credentials');
  expect(await get(repository, 'Basic YTpi')).toBe('401 Bad credentials');
  expect(await get(`${github.apiUrl}/app`, 'token ghs_invented')).toBe('401 Bad credentials');
  expect(await get(`${github.url}/repos/acme/policies`)).toBe('404 Not Found');
});

test('an app token is good for the app alone, an installation token for repositories', async () => {
  const site = await startSite();
  const app = (await asApp(site).auth({ type: 'app' })) as { token: string };
  const installation = await asInstallation(site);
  const given = (await installation.auth({ type: 'installation' })) as { token: string };
  const { apiUrl } = site.github;
  const repository = `${apiUrl}/repos/acme/policies`;
  expect(await get(repository, `token ${given.token}`)).toBe('200');
  expect(await get(repository, `bearer ${app.token}`)).toBe(
    '403 Resource not accessible by integration',
  );
  expect(await get(`${apiUrl}/app`, `bearer ${app.token}`)).toBe('200');
  expect(await get(`${apiUrl}/app`, `token ${given.token}`)).toMatch(/^401 A JSON web token/);
});

test('a token ends with its lifetime, and when it is revoked', async () => {
  const given = async (site: Awaited<ReturnType<typeof startSite>>) => {
    const { rest } = asApp(site);
    const { data } = await rest.apps.getRepoInstallation(acme);
    const token = await rest.apps.createInstallationAccessToken({ installation_id: data.id });
    const url = `${site.github.apiUrl}/repos/acme/policies`;
    return () => get(url, `token ${token.data.token}`);
  };
  const brief = await given(await startSite({ tokenLifetime: 1 }));
  expect(await brief()).toBe('401 Bad credentials');
  const site = await startSite();
  const lasting = await given(site);
  expect(await lasting()).toBe('200');
  site.github.revokeTokens();
  expect(await lasting()).toBe('401 Bad credentials');
});

test('an installation does what the app may, and no more', async () => {
  const site = await startSite({ permissions: { contents: 'read', checks: 'read' } });
  const { head } = await site.repository.openPullRequest({
    title: 'Change',
    branch: 'change',
    files: { 'a.yaml': 'a: 1\n' },
  });
  const { rest } = await asInstallation(site);
  expect((await rest.checks.listForRef({ ...acme, ref: head })).data.total_count).toBe(0);
  const denied = '403 Resource not accessible by integration';
  expect(await refusal(rest.checks.create({ ...acme, name: 'x', head_sha: head }))).toBe(denied);
  expect(await refusal(rest.issues.createComment({ ...acme, issue_number: 1, body: 'x' }))).toBe(
    denied,
  );
  expect(await refusal(rest.pulls.get({ ...acme, pull_number: 1 }))).toBe(denied);
});

test('a token can be narrowed, and never widened', async () => {
  const site = await startSite();
  await site.github.createRepository('acme', 'other', { 'README.md': 'x' });
  const app = asApp(site);
  const { data } = await app.rest.apps.getRepoInstallation(acme);
  const token = (asked: object) =>
    app.rest.apps.createInstallationAccessToken({ installation_id: data.id, ...asked });
  const narrow = site.octokit({});
  const { data: given } = await token({ repositories: ['other'], permissions: { checks: 'read' } });
  const headers = { authorization: `token ${given.token}` };
  const listed = await narrow.request('GET /installation/repositories', { headers });
  expect(listed.data.repositories.map(({ name }) => name)).toEqual(['other']);
  expect(
    await refusal(
      narrow.request('POST /repos/{owner}/{repo}/check-runs', {
        ...acme,
        name: 'x',
        head_sha: await site.repository.tip(),
        headers,
      }),
    ),
  ).toBe('403 Resource not accessible by integration');
  await site.github.createRepository('acme', 'secret', { a: 'x' }, { private: true });
  const secret = narrow.request('GET /repos/{owner}/{repo}', {
    owner: 'acme',
    repo: 'secret',
    headers,
  });
  expect(await refusal(secret)).toBe('404 Not Found');
  expect(await refusal(token({ permissions: { contents: 'write' } }))).toMatch(
    /^422 The permissions/,
  );
  expect(await refusal(token({ repositories: ['nowhere'] }))).toMatch(/^422 There is at least one/);
});
