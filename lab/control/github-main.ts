import { readFileSync } from 'node:fs';
import { type LocalRepository, startLocalGitHub } from '../github/index.ts';
import type { Answer, Call, GitHubCalls, GitHubSetting } from './github-calls.ts';

// Runs a local GitHub where it is started, and does there what its parent asks: node github-main.ts SETTING_FILE.
// It goes on when the parent ends.
const [file = ''] = process.argv.slice(2);
const { dir, port, app } = JSON.parse(readFileSync(file, 'utf8')) as GitHubSetting;

const github = await startLocalGitHub({ dir, port, app });
let policies: LocalRepository | undefined;

const calls: GitHubCalls = {
  async createRepository(owner, name, files) {
    policies = await github.createRepository(owner, name, files);
  },
  read: (...args) => repository().read(...args),
  pushTo: (...args) => repository().pushTo(...args),
  openPullRequest: (...args) => repository().openPullRequest(...args),
  mergePullRequest: (...args) => repository().mergePullRequest(...args),
  comments: (...args) => repository().comments(...args),
  checkRuns: (...args) => repository().checkRuns(...args),
  deployments: () => repository().deployments(),
  deliveries: () => github.deliveries(),
};

const say = (answer: Answer) => process.send?.(answer);

process.on('message', async ({ id, name, args }: Call) => {
  try {
    const value = await (calls[name] as (...args: readonly unknown[]) => unknown)(...args);
    say({ event: 'answer', id, value });
  } catch (error) {
    say({ event: 'failed', id, message: (error as Error).message });
  }
});
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, async () => {
    await github.close();
    process.exit(0);
  });
}
say({ event: 'ready', apiUrl: github.apiUrl });

function repository(): LocalRepository {
  if (!policies) throw new Error('there is no repository yet');
  return policies;
}
