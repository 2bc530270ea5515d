import { expect, test } from 'vitest';
import { judgeInThread } from '../../src/app/review/judge-in-thread.ts';
import { botLab } from './bot-lab.ts';
import { agentPolicy } from './policies.ts';

const endpoint = (port: number, version: string) => `apiVersion: sallyport.dev/v1
kind: Endpoint
metadata: {name: ledger, version: ${version}}
spec: {cidr: 192.0.2.0/24, protocol: tcp, ports: [${port}]}
`;
const cases = (expected: string) => `apiVersion: sallyport.dev/v1
kind: PolicyTest
metadata: {name: promises, version: 1.0.0}
spec:
  cases:
    - {agent: a, to: 192.0.2.1, protocol: tcp, port: 443, expect: ${expected}}
`;
const uses = agentPolicy('a').replace(
  '{id: web, to: {cidr: 192.0.2.0/24}, protocol: tcp, ports: [443]}',
  '{id: web, to: {endpoint: ledger}}',
);
const files = {
  'policies/a.yaml': uses,
  'policies/endpoints/ledger.yaml': endpoint(443, '1.0.0'),
  'policies/tests.yaml': cases('allow'),
};

test('an edit of an Endpoint is reviewed by what it does to the agents that name it', async () => {
  const lab = await botLab();
  const repository = await lab.github.createRepository('acme', 'agents', files);
  await lab.start();
  await lab.quiet();
  const propose = async (branch: string, edits: Record<string, string>) => {
    const pull = await repository.openPullRequest({ title: branch, branch, files: edits });
    await lab.quiet();
    return { ...pull, check: repository.checkRuns(pull.head)[0] };
  };

  const broken = await propose('broken', {
    'policies/endpoints/ledger.yaml': endpoint(8443, '2.0.0'),
  });
  expect(broken.check).toMatchObject({ conclusion: 'failure' });
  expect(broken.check?.annotations).toMatchObject([
    { path: 'policies/tests.yaml', start_line: 6, title: 'SP317' },
  ]);

  const sound = await propose('sound', {
    'policies/endpoints/ledger.yaml': endpoint(8443, '1.0.1'),
    'policies/tests.yaml': cases('deny'),
  });
  expect(sound.check?.conclusion).toBe('success');
  expect(sound.check?.annotations).toMatchObject([
    { path: 'policies/endpoints/ledger.yaml', title: 'SP421', annotation_level: 'warning' },
  ]);
  const [comment] = repository.comments(sound.number);
  expect(comment?.body).toContain(
    'Reach: narrows and widens: 1 agent reaches less, 1 reaches more',
  );
  expect(comment?.body).toMatch(/➖ \| `192\.0\.2\.0\/24` \| `tcp 443`/);
  expect(comment?.body).toMatch(/➕ \| `192\.0\.2\.0\/24` \| `tcp 8443`/);

  await repository.mergePullRequest(sound.number);
  await lab.quiet();
  const bundle = await lab.bundleClient().refresh();
  expect(bundle?.custom.seq).toBe(2);
  expect(bundle?.ruleSet.agents[0]?.allow).toMatchObject([{ ports: [[8443, 8443]] }]);
});

test('a review that cannot wait for the exact change of reach tells the rest, and says so', async () => {
  const lab = await botLab();
  const [repository] = lab.configuration.repositories;
  if (!repository) throw new Error('no repository');
  const at = (commit: string, text: string) => ({
    ...{ commit, problems: [] },
    files: [{ path: 'a.yaml', text }],
  });
  const change = {
    ...{ repository, number: 1, head: 'b'.repeat(40), mergeBase: 'a'.repeat(40) },
    repositoryUrl: 'https://github.com/acme/agents',
  };
  const clauses = Array.from(
    { length: 3000 },
    (_, i) => `    - {id: c${i}, to: {host: h${i}.example.com}, protocol: tcp, ports: [PORT]}\n`,
  ).join('');
  const resolvers = agentPolicy('a').replace('spec:', 'spec:\n  dns: {resolvers: [10.0.0.53]}');
  const assignment = {
    change,
    before: at(change.mergeBase, resolvers + clauses.replaceAll('PORT', '443')),
    after: at(change.head, resolvers + clauses.replaceAll('PORT', '8443')),
  };
  const { finding, unfinished } = await judgeInThread(assignment, new AbortController().signal, 1);
  expect(unfinished).toBe('it takes more than 1 ms');
  const markdown = finding.kind === 'impact' ? finding.impact.markdown : '';
  expect(markdown).toContain('### What the rules say now');
  expect(markdown).toContain(
    'The exact change of reach is not told: it takes more time or memory than a review has.',
  );
});
