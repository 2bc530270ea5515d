import { expect, test } from 'vitest';
import { botLab } from './bot-lab.ts';
import { agentPolicy } from './policies.ts';

const marker = '<!-- sallyport:impact -->';

test('opened with mistakes: annotations on their lines, a failed check, no comment', async () => {
  const lab = await botLab();
  const repository = await lab.github.createRepository('acme', 'agents', {
    'policies/a.yaml': agentPolicy('a'),
  });
  await lab.start();
  const { number, head } = await repository.openPullRequest({
    title: 'A mistake',
    branch: 'mistake',
    files: { 'policies/a.yaml': agentPolicy('a').replace('spec:', 'spec:\n  moed: audit') },
  });
  await lab.quiet();
  const [check, ...more] = repository.checkRuns(head);
  expect(more).toEqual([]);
  expect(check).toMatchObject({ status: 'completed', conclusion: 'failure' });
  expect(check?.output.title).toBe('1 error');
  expect(check?.annotations).toEqual([
    expect.objectContaining({
      path: 'policies/a.yaml',
      start_line: 5,
      end_line: 5,
      start_column: 3,
      annotation_level: 'failure',
      title: 'SP208',
      message: expect.stringContaining('Remedy: did you mean `mode`?'),
    }),
  ]);
  expect(repository.comments(number)).toEqual([]);
});

test('opened clean: a check that succeeds, and one comment', async () => {
  const lab = await botLab();
  const repository = await lab.github.createRepository('acme', 'agents', {
    'policies/a.yaml': agentPolicy('a'),
  });
  await lab.start();
  const { number, head } = await repository.openPullRequest({
    title: 'Another port',
    branch: 'port',
    files: { 'policies/a.yaml': agentPolicy('a', { port: 8443, version: '2.0.0' }) },
  });
  await lab.quiet();
  expect(repository.checkRuns(head)).toMatchObject([
    { status: 'completed', conclusion: 'success', annotations: [] },
  ]);
  const [comment, ...more] = repository.comments(number);
  expect(more).toEqual([]);
  expect(comment?.body.split('\n')[0]).toBe(marker);
  expect(comment?.body).toContain('AgentPolicy/a');
});

test('an edit without the version bump that it asks for: a warning on the document', async () => {
  const lab = await botLab();
  const repository = await lab.github.createRepository('acme', 'agents', {
    'policies/a.yaml': agentPolicy('a'),
  });
  await lab.start();
  const reviewed = async (branch: string, text: string) => {
    const files = { 'policies/a.yaml': text };
    const { head } = await repository.openPullRequest({ title: branch, branch, files });
    await lab.quiet();
    return repository.checkRuns(head)[0];
  };
  const check = await reviewed('port', agentPolicy('a', { port: 8443, version: '1.1.0' }));
  expect(check?.conclusion).toBe('success');
  expect(check?.annotations).toMatchObject([
    {
      path: 'policies/a.yaml',
      start_line: 1,
      annotation_level: 'warning',
      title: 'SP421',
      message: expect.stringContaining('Remedy: write version 2.0.0 or later'),
    },
  ]);
  const reason = agentPolicy('a').replace('ports: [443]', 'ports: [443], reason: Pages');
  const quiet = await reviewed('reason', reason);
  expect(quiet?.output.title).toBe('The rules do not change');
  expect(quiet?.annotations).toMatchObject([
    { title: 'SP421', message: expect.stringContaining('write version 1.0.1') },
  ]);
});

test('more annotations than one request takes', async () => {
  const lab = await botLab();
  const repository = await lab.github.createRepository('acme', 'agents', {
    'policies/a.yaml': agentPolicy('a'),
  });
  await lab.start();
  // Three files with 40 mistakes each, on lines 8 to 47.
  const mistakes = Array.from(
    { length: 40 },
    (_, i) => `    - {id: c${i}, to: {cidr: nowhere}, protocol: tcp, ports: [1]}\n`,
  ).join('');
  const files = ['b', 'c', 'd'].map((name, i) => {
    const subnet = `10.9.${i}.0/24`;
    return [`policies/${name}.yaml`, agentPolicy(name, { subnet, more: mistakes })] as const;
  });
  const { head } = await repository.openPullRequest({
    title: 'Many mistakes',
    branch: 'many',
    files: Object.fromEntries(files),
  });
  await lab.quiet();
  const [check, ...more] = repository.checkRuns(head);
  expect(more).toEqual([]);
  expect(check?.conclusion).toBe('failure');
  const places = check?.annotations.map(({ path, start_line }) => `${path}:${start_line}`) ?? [];
  expect(places).toHaveLength(120);
  expect(new Set(places).size).toBe(120);
  expect(places).toContain('policies/d.yaml:47');
});

test('what an earlier head left in the comment is corrected', async () => {
  const lab = await botLab();
  const files = { 'policies/a.yaml': agentPolicy('a') };
  const repository = await lab.github.createRepository('acme', 'agents', files);
  await lab.start();
  const { number } = await repository.openPullRequest({
    title: 'Back and forth',
    branch: 'forth',
    files: { 'policies/a.yaml': agentPolicy('a', { port: 8443 }) },
  });
  await lab.quiet();
  const [{ id } = { id: 0 }] = repository.comments(number);
  await repository.pushTo('forth', { 'policies/a.yaml': agentPolicy('a', { port: 0 }) });
  await lab.quiet();
  expect(repository.comments(number)).toMatchObject([
    { id, body: expect.stringContaining('the policies have errors') },
  ]);
  const last = await repository.pushTo('forth', files);
  await lab.quiet();
  expect(repository.comments(number)).toMatchObject([
    { id, body: expect.stringContaining('the rules do not change') },
  ]);
  expect(repository.checkRuns(last)).toMatchObject([{ conclusion: 'success' }]);
});

test('no comment where the rules stay as they are', async () => {
  const lab = await botLab();
  const repository = await lab.github.createRepository('acme', 'agents', {
    'policies/a.yaml': agentPolicy('a'),
  });
  await lab.start();
  const { number, head } = await repository.openPullRequest({
    title: 'Words',
    branch: 'words',
    files: { 'README.md': '# Agents', 'policies/a.yaml': `# new\n${agentPolicy('a')}` },
  });
  await lab.quiet();
  expect(repository.comments(number)).toEqual([]);
  expect(repository.checkRuns(head)).toMatchObject([
    { conclusion: 'success', output: { title: 'The rules do not change' } },
  ]);
});

test('the folder is gone: the check fails', async () => {
  const lab = await botLab();
  const repository = await lab.github.createRepository('acme', 'agents', {
    'policies/a.yaml': agentPolicy('a'),
    'README.md': '',
  });
  await lab.start();
  const { head } = await repository.openPullRequest({
    title: 'Away with it',
    branch: 'away',
    files: { 'policies/a.yaml': null },
  });
  await lab.quiet();
  expect(repository.checkRuns(head)).toMatchObject([
    { conclusion: 'failure', output: { title: 'The policy folder is gone' } },
  ]);
});

test('a marker in somebody else’s comment makes it no comment of ours', async () => {
  const lab = await botLab();
  const repository = await lab.github.createRepository('acme', 'agents', {
    'policies/a.yaml': agentPolicy('a'),
  });
  await lab.start();
  const { number } = await repository.openPullRequest({
    title: 'Words',
    branch: 'words',
    files: { 'README.md': '# Agents' },
  });
  await lab.quiet();
  const forged = repository.comment(number, `${marker}\nAll is well.`, 'mallory');
  await repository.pushTo('words', { 'policies/a.yaml': agentPolicy('a', { port: 8443 }) });
  await lab.quiet();
  const [theirs, ours, ...more] = repository.comments(number);
  expect(theirs).toMatchObject({ id: forged, body: `${marker}\nAll is well.` });
  expect(ours).toMatchObject({ viaApp: true, body: expect.stringContaining('8443') });
  expect(more).toEqual([]);
});

test('a pull request from a fork is reviewed, and its check can be run again', async () => {
  const lab = await botLab();
  const repository = await lab.github.createRepository('acme', 'agents', {
    'policies/a.yaml': agentPolicy('a'),
  });
  await lab.start();
  const fork = await repository.fork('stranger');
  const { number, head } = await repository.openPullRequest({
    title: 'From outside',
    branch: 'outside',
    from: fork,
    files: { 'policies/a.yaml': agentPolicy('a', { port: 8443 }) },
  });
  await lab.quiet();
  expect(repository.comments(number)).toHaveLength(1);
  const [check] = repository.checkRuns(head);
  expect(check).toMatchObject({ conclusion: 'success' });
  repository.rerunCheck(check?.id ?? 0);
  await lab.quiet();
  expect(repository.checkRuns(head)).toMatchObject([
    { id: check?.id, conclusion: 'success' },
    { conclusion: 'success' },
  ]);
  expect(repository.comments(number)).toHaveLength(1);
});
