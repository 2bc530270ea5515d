import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sallyport } from './in-process.ts';
import { temporaryFolder } from './policy-folder.ts';

const manifest = `agent_control_specification_version: 0.4.0-alpha.1
metadata: {name: support, version: 1.4.0}
policies:
  pii: {type: rego, bundle: ./policy}
tools:
  fetch: {security_labels: [docs.example.com]}
`;

test('a draft on standard output, a summary on standard error; check accepts it once it is filled in', async () => {
  const dir = temporaryFolder({ 'manifest.yaml': manifest });
  const file = join(dir, 'manifest.yaml');
  const { exitCode, stdout, stderr } = await sallyport(['draft', file]);
  expect(exitCode).toBe(0);
  expect(stderr).toBe(
    '1 clause drafted, 1 of its policies not compiled; fill in what is marked FILL-IN\n',
  );
  expect(stdout).toContain(`# ${file}:6 tools.fetch.security_labels: docs.example.com`);

  const drafted = temporaryFolder({ 'support.yaml': stdout });
  expect((await sallyport(['check', drafted])).exitCode).toBe(1);
  const [cidr, resolver] = ['10.8.1.0/28', '10.8.0.53'];
  const filled = stdout.replace('- FILL-IN', `- ${cidr}`).replace('- FILL-IN', `- ${resolver}`);
  const checked = await sallyport(['check', temporaryFolder({ 'support.yaml': filled })]);
  expect({ exitCode: checked.exitCode, stderr: checked.stderr }).toEqual({
    exitCode: 0,
    stderr: '',
  });
});

test('--json holds the clauses with their hints, and the text', async () => {
  const dir = temporaryFolder({ 'manifest.yaml': manifest });
  const { stdout } = await sallyport(['draft', join(dir, 'manifest.yaml'), '--json']);
  const { ok, drafts, problems } = JSON.parse(stdout);
  expect({ ok, problems }).toEqual({ ok: true, problems: [] });
  expect(drafts).toMatchObject([
    {
      name: 'support',
      version: '1.4.0',
      clauses: [
        { id: 'docs-example-com', hints: [{ text: 'docs.example.com', position: { line: 6 } }] },
      ],
      notCompiled: [{ id: 'pii', type: 'rego' }],
    },
  ]);
  expect(drafts[0].text).toContain('kind: AgentPolicy');
});

test.each([[[]], [['--json']]])(
  'no manifest: exit 1, with place and remedy (%j)',
  async (options) => {
    const dir = temporaryFolder({ 'm.yaml': 'kind: Pod\n' });
    const { exitCode, stdout, stderr } = await sallyport([
      'draft',
      join(dir, 'm.yaml'),
      ...options,
    ]);
    expect(exitCode).toBe(1);
    expect(stdout + stderr).toContain('SP220');
    expect(stdout).not.toContain('apiVersion');
  },
);

test('a file that is not there: exit 2', async () => {
  const { exitCode, stdout, stderr } = await sallyport(['draft', '/nowhere/m.yaml']);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toContain('/nowhere/m.yaml: it does not exist');
});
