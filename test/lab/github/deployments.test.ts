import { expect, test } from 'vitest';
import { acme, asInstallation, refusal, startSite } from './site.ts';

const plain = { ...acme, auto_merge: false, required_contexts: [] };

test('a deployment and what became of it', async () => {
  const site = await startSite();
  const ref = await site.repository.tip();
  const { rest } = await asInstallation(site);
  const payload = { sequence: 7 };
  const { data } = await rest.repos.createDeployment({
    ...plain,
    ref,
    environment: 'edge',
    payload,
  });
  const deployment = data as { id: number; sha: string };
  expect(deployment.sha).toBe(ref);
  const at = { ...acme, deployment_id: deployment.id };
  for (const state of ['in_progress', 'success'] as const)
    await rest.repos.createDeploymentStatus({ ...at, state, description: 'of 3 gateways' });
  const statuses = await rest.repos.listDeploymentStatuses(at);
  expect(statuses.data.map(({ state }) => state)).toEqual(['success', 'in_progress']);
  expect(site.repository.deployments()[0]).toMatchObject({ environment: 'edge', payload });
  const long = rest.repos.createDeploymentStatus({
    ...at,
    state: 'success',
    description: 'x'.repeat(141),
  });
  expect(await refusal(long)).toMatch(/^422 .*description is too long \(maximum is 140/);
  const odd = rest.repos.createDeploymentStatus({ ...at, state: 'done' as 'success' });
  expect(await refusal(odd)).toMatch(/^422 .*in_progress/);
});

test('a success ends the deployment before it', async () => {
  const site = await startSite();
  const { rest } = await asInstallation(site);
  const deploy = async (environment: string) => {
    const { data } = await rest.repos.createDeployment({ ...plain, ref: 'main', environment });
    const deployment_id = (data as { id: number }).id;
    await rest.repos.createDeploymentStatus({ ...acme, deployment_id, state: 'success' });
  };
  await deploy('edge');
  await deploy('core');
  await deploy('edge');
  const states = site.repository
    .deployments()
    .map(({ environment, statuses }) => `${environment} ${statuses.at(-1)?.state}`);
  expect(states).toEqual(['edge inactive', 'core success', 'edge success']);
  const listed = await rest.repos.listDeployments({ ...acme, environment: 'edge' });
  expect(listed.data).toHaveLength(2);
});

test('unless told otherwise, failed checks stand in the way', async () => {
  const site = await startSite();
  const head_sha = await site.repository.tip();
  const { rest } = await asInstallation(site);
  await rest.checks.create({ ...acme, name: 'Sallyport', head_sha, conclusion: 'failure' });
  const deploy = (more: object) =>
    refusal(rest.repos.createDeployment({ ...acme, ref: 'main', ...more }));
  expect(await deploy({})).toMatch(/^409 Conflict: Commit status checks failed/);
  expect(await deploy({ required_contexts: ['Other'] })).toMatch(/^409 .*"contexts":\["Other"\]/);
  expect(await deploy({ required_contexts: [] })).toBe('accepted');
  expect(await deploy({ ref: 'nowhere' })).toBe('422 No ref found for: nowhere');
});

test('a branch that is behind gets the default branch first', async () => {
  const site = await startSite();
  await site.repository.pushTo('release', { release: '1\n' });
  await site.repository.pushTo('main', { more: '1\n' });
  const { rest } = await asInstallation(site);
  const { status } = await rest.repos.createDeployment({ ...acme, ref: 'release' });
  expect(status).toBe(202);
  expect(await site.repository.read('more', 'release')).toBe('1\n');
  const again = await rest.repos.createDeployment({ ...acme, ref: 'release' });
  expect(again.status).toBe(201);
});
