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
    files: { 'policies/a.yaml': agentPolicy('a', { port: 8443 }) },
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
