import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { botLab } from './bot-lab.ts';

const hostile = [
  '@acme/everyone',
  '<img src=x onerror=alert(1)>',
  '<!-- sallyport:impact -->',
  '| a | b |',
  '```',
  '[click](https://evil.example)',
  '</details>',
  '\u202egnp.exe',
  '\u001b[2J',
  'GH-1 #1 https://evil.example',
].join(' ');

const yaml = (port: number) => `apiVersion: sallyport.dev/v1
kind: AgentPolicy
metadata: {name: a, version: ${JSON.stringify(`1.0.0`)}, owner: ${JSON.stringify('team @acme/everyone')}}
spec:
  workloads: {cidrs: [10.8.1.0/24]}
  allow:
    - id: web
      to: {cidr: 192.0.2.0/24}
      protocol: tcp
      ports: [${port}]
      reason: ${JSON.stringify(`REASON-${port} ${hostile}`)}
`;

/** Markdown outside of code blocks and code spans, where things would act. */
function actingText(markdown: string): string {
  return markdown
    .replaceAll(/^(`{3,})[^`]*\n[\s\S]*?^\1`*$/gm, '')
    .replaceAll(/(`+)[^`][\s\S]*?\1/g, '');
}

test('what stands in policies and recordings cannot act in the comment', async () => {
  const lab = await botLab();
  const name = 'policies/a.yaml';
  const flow = {
    ...{ at: '2026-05-04T10:00:00.000Z', event: 'flow', kind: 'new', agent: 'a', src: '10.8.1.2' },
    ...{ dst: '192.0.2.7', protocol: 'tcp', port: 443, names: [`${hostile}.example`] },
    ...{ decision: 'allow', reason: 'allowed', clause: hostile, policyVersion: hostile },
  };
  const recording = lab.configuration.repositories[0]?.recording ?? '';
  writeFileSync(path.join(recording, 'flows.jsonl'), `${JSON.stringify(flow)}\n`);
  const repository = await lab.github.createRepository('acme', 'agents', { [name]: yaml(443) });
  await lab.start();
  const { number, head } = await repository.openPullRequest({
    title: 'Hostile',
    branch: 'hostile',
    files: { [name]: yaml(8443) },
  });
  await lab.quiet();
  const [comment, ...more] = repository.comments(number);
  expect(more).toEqual([]);
  const body = comment?.body ?? '';
  // The diff shows the reason: it is there, and does nothing.
  expect(body).toContain('REASON-8443');
  expect(body).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
  const acting = actingText(body);
  expect(acting).not.toContain('@acme');
  expect(acting).not.toContain('<img');
  expect(acting).not.toContain('evil.example');
  expect(acting.split('<!-- sallyport:impact -->')).toHaveLength(2);
  expect(repository.checkRuns(head)).toMatchObject([{ conclusion: 'success' }]);
});

test('file names and mistakes cannot act in the check', async () => {
  const lab = await botLab();
  const repository = await lab.github.createRepository('acme', 'agents', {
    'policies/a.yaml': yaml(443),
  });
  await lab.start();
  const { head } = await repository.openPullRequest({
    title: 'Hostile',
    branch: 'hostile',
    files: { 'policies/@acme <b>`x`.yaml': `${JSON.stringify(hostile)}: 1\n` },
  });
  await lab.quiet();
  const [check] = repository.checkRuns(head);
  expect(check).toMatchObject({ status: 'completed', conclusion: 'failure' });
  expect(check?.output.summary).not.toMatch(/@acme|<img|<b>/);
  expect(check?.annotations[0]?.path).toBe('policies/@acme <b>`x`.yaml');
  expect(check?.annotations[0]?.message).not.toMatch(/[\u001b\u202e]/);
});
