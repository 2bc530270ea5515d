import { monitorEventLoopDelay } from 'node:perf_hooks';
import { expect, test } from 'vitest';
import { botLab, until } from './bot-lab.ts';
import { agentPolicy } from './policies.ts';

const first = { 'policies/a.yaml': agentPolicy('a') };

function manyClauses(files: number): Record<string, string> {
  const clauses = Array.from(
    { length: 1500 },
    (_, i) => `    - {id: c${i}, to: {cidr: 192.0.2.0/24}, protocol: tcp, ports: [${i + 1}]}\n`,
  ).join('');
  const names = Array.from({ length: files }, (_, i) => `big-${i}`);
  return Object.fromEntries(
    names.map((name, i) => [
      `policies/${name}.yaml`,
      agentPolicy(name, { subnet: `10.9.${i}.0/24`, more: clauses }),
    ]),
  );
}

test('a review of very many clauses keeps nobody waiting', { timeout: 60_000 }, async () => {
  const lab = await botLab();
  const repository = await lab.github.createRepository('acme', 'agents', first);
  await lab.start();
  await lab.quiet();
  const delay = monitorEventLoopDelay({ resolution: 10 });
  const { head } = await repository.openPullRequest({
    title: 'Big',
    branch: 'big',
    files: manyClauses(40),
  });
  await until('the review has begun', () => repository.checkRuns(head).length > 0);
  delay.enable();
  await until(
    'it is reviewed',
    () => repository.checkRuns(head)[0]?.status === 'completed',
    45_000,
  );
  delay.disable();
  expect(repository.checkRuns(head)).toMatchObject([{ conclusion: 'success' }]);
  expect(delay.max / 1e6).toBeLessThan(1500);
});
