import { expect, test } from 'vitest';
import { acme, asInstallation, refusal, startSite } from './site.ts';

const annotation = {
  path: 'agents/builder.yaml',
  start_line: 1,
  end_line: 1,
  annotation_level: 'failure' as const,
  message: 'This host is denied',
};
const output = { title: 'Policies', summary: 'One problem' };

async function startPull() {
  const site = await startSite();
  const { head } = await site.repository.openPullRequest({
    title: 'A',
    branch: 'a',
    files: { a: 'a\n' },
  });
  const { rest, paginate } = await asInstallation(site);
  return { ...site, rest, paginate, head };
}

test('a check run goes from queued to its conclusion, gathering annotations', async () => {
  const { rest, paginate, head, repository, github, received } = await startPull();
  const { data: run } = await rest.checks.create({ ...acme, name: 'Sallyport', head_sha: head });
  expect(run).toMatchObject({ status: 'queued', conclusion: null });
  expect(run.pull_requests.map(({ number }) => number)).toEqual([1]);
  const check_run_id = run.id;
  for (let batch = 0; batch < 3; batch += 1) {
    const annotations = Array.from({ length: 50 }, () => annotation);
    await rest.checks.update({ ...acme, check_run_id, output: { ...output, annotations } });
  }
  const done = await rest.checks.update({ ...acme, check_run_id, conclusion: 'failure' });
  expect(done.data).toMatchObject({
    status: 'completed',
    conclusion: 'failure',
    output: { title: 'Policies', annotations_count: 150 },
  });
  const listed = await paginate(rest.checks.listAnnotations, { ...acme, check_run_id });
  expect(listed).toHaveLength(150);
  expect(listed[0]).toMatchObject({ ...annotation, start_column: null });
  expect(repository.checkRuns(head).map(({ conclusion }) => conclusion)).toEqual(['failure']);
  repository.rerunCheck(check_run_id);
  await github.settled();
  const actions = received.filter(({ event }) => event === 'check_run');
  expect(actions.map(({ payload }) => payload.action).toSorted()).toEqual([
    'completed',
    'created',
    'rerequested',
  ]);
});

test('of runs with one name the newest is listed', async () => {
  const { rest, head } = await startPull();
  for (const conclusion of ['failure', 'success'] as const)
    await rest.checks.create({ ...acme, name: 'Sallyport', head_sha: head, conclusion });
  const newest = await rest.checks.listForRef({ ...acme, ref: head, check_name: 'Sallyport' });
  expect(newest.data.check_runs.map(({ conclusion }) => conclusion)).toEqual(['success']);
  const all = await rest.checks.listForRef({ ...acme, ref: 'a', filter: 'all' });
  expect(all.data.total_count).toBe(2);
});

test('what GitHub would not take is refused', async () => {
  const { rest, head } = await startPull();
  const { data } = await rest.checks.create({ ...acme, name: 'Sallyport', head_sha: head });
  const update = (change: object) =>
    refusal(rest.checks.update({ ...acme, check_run_id: data.id, ...change }));
  const annotate = (...annotations: object[]) => update({ output: { ...output, annotations } });
  const many = Array.from({ length: 51 }, () => annotation);
  expect(await annotate(...many)).toMatch(/^422 .*annotations must NOT have more than 50 items/);
  expect(await annotate({ ...annotation, start_column: 1, end_line: 2 })).toMatch(/^422 .*columns/);
  expect(await annotate({ ...annotation, start_line: 2 })).toMatch(/^422 .*lines/);
  expect(await annotate({ ...annotation, message: 'x'.repeat(65_537) })).toMatch(/^422 .*too long/);
  expect(await annotate({ ...annotation, annotation_level: 'error' })).toMatch(
    /^422 .*notice, warning/,
  );
  expect(await update({ output: { ...output, summary: 'x'.repeat(65_536) } })).toMatch(/65535/);
  expect(await update({ output: { title: 'No summary' } })).toMatch(/^422 .*'summary'/);
  expect(await update({ status: 'completed' })).toMatch(/^422 .*'conclusion'/);
  expect(await update({ conclusion: 'fine' })).toMatch(/^422/);
  const unknown = rest.checks.create({ ...acme, name: 'x', head_sha: 'f'.repeat(40) });
  expect(await refusal(unknown)).toMatch(/^422 .*No commit found for SHA/);
});
