import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { operations, webhookNames } from './described.ts';
import { slice } from './slice.ts';

// Cuts out of GitHub's official descriptions what the local GitHub serves; see README.md in this folder.
// node lab/github/schemas/slice-main.ts --packages DIR   (DIR: the node_modules that holds both packages)
const { values } = parseArgs({ options: { packages: { type: 'string' } } });
if (!values.packages) {
  console.error(
    'Missing --packages DIR: the node_modules folder that holds @octokit/openapi and @octokit/openapi-webhooks.',
  );
  process.exit(2);
}

const described = (name: string) =>
  JSON.parse(
    readFileSync(
      join(values.packages ?? '', '@octokit', name, 'generated/api.github.com.json'),
      'utf8',
    ),
  );
const write = (name: string, document: unknown) =>
  writeFileSync(join(import.meta.dirname, name), `${JSON.stringify(document)}\n`);

const rest = described('openapi');
const paths: Record<string, Record<string, unknown>> = {};
for (const operation of operations) {
  const [method = '', path = ''] = operation.split(' ');
  const found = rest.paths[path]?.[method.toLowerCase()];
  if (!found) throw new Error(`${operation}: not in @octokit/openapi ${rest.info.version}`);
  paths[path] = { ...paths[path], [method.toLowerCase()]: found };
}

// The description asks here that an account is a user *and* an enterprise (`allOf`), which none is; the same thing as a
// component says `anyOf`.
const installations = paths['/app/installations'] as {
  get: { responses: { 200: { content: { 'application/json': { schema: { items: unknown } } } } } };
};
installations.get.responses[200].content['application/json'].schema.items = {
  $ref: '#/components/schemas/installation',
};
write('rest.json', slice(rest, { paths }));

const events = described('openapi-webhooks');
const webhooks: Record<string, unknown> = {};
for (const name of webhookNames) {
  if (!events.webhooks[name])
    throw new Error(`${name}: not in @octokit/openapi-webhooks ${events.info.version}`);
  webhooks[name] = events.webhooks[name];
}
write('webhooks.json', slice(events, { webhooks }));
