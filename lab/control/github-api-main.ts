import { readFileSync } from 'node:fs';
import { ProbotOctokit } from 'probot';
import type { GitHubSetting } from './github-calls.ts';

// Reads from the REST API of a lab's GitHub as the App does, and prints what it answers:
// node github-api-main.ts RUN_DIRECTORY OWNER/NAME PATH_IN_REPOSITORY
const [directory = '', repository = '', path = ''] = process.argv.slice(2);
const { app, port } = JSON.parse(readFileSync(`${directory}/github.json`, 'utf8')) as GitHubSetting;
const [owner = '', repo = ''] = repository.split('/');

const auth = { appId: app.id, privateKey: readFileSync(`${directory}/app.pem`, 'utf8') };
const baseUrl = `http://127.0.0.1:${port}/api/v3`;
const asApp = new ProbotOctokit({ auth, baseUrl });
try {
  const { data } = await asApp.rest.apps.getRepoInstallation({ owner, repo });
  const client = new ProbotOctokit({ auth: { ...auth, installationId: data.id }, baseUrl });
  const answer = await client.request(`GET /repos/${repository}${path}`);
  console.log(JSON.stringify(answer.data, undefined, 2));
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
