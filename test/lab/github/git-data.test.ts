import { execa } from 'execa';
import { expect, test } from 'vitest';
import { acme, asInstallation, refusal, startSite } from './site.ts';

const decoded = (content: string) => Buffer.from(content, 'base64');

test('trees and blobs are what git has', async () => {
  const site = await startSite();
  const bytes = Buffer.from([0, 1, 2, 255, 10, 13, 0]);
  const files = { 'bin/data': bytes, 'odd "name"\\ ü.yaml': 'x: 1\n', empty: '' };
  const head = await site.repository.pushTo('main', files);
  const { rest } = await asInstallation(site);
  const { data: tree } = await rest.git.getTree({ ...acme, tree_sha: head, recursive: '1' });
  const { stdout } = await execa('git', [
    ...['--git-dir', site.repository.directory, 'ls-tree', '-r', '-t', '-z', head],
  ]);
  const listed = stdout.split('\0').filter(Boolean);
  expect(tree.tree.map((e) => `${e.mode} ${e.type} ${e.sha}\t${e.path}`)).toEqual(listed);
  expect(tree.truncated).toBe(false);
  for (const [path, content] of Object.entries(files)) {
    const entry = tree.tree.find((one) => one.path === path);
    const { data: blob } = await rest.git.getBlob({ ...acme, file_sha: entry?.sha ?? '' });
    expect(decoded(blob.content)).toEqual(Buffer.from(content));
    expect(blob.size).toBe(entry?.size);
  }
});

test('a blob is read at its id while the branch moves on', async () => {
  const site = await startSite();
  const { rest } = await asInstallation(site);
  const before = await rest.repos.getContent({ ...acme, path: 'agents/builder.yaml' });
  const { sha } = before.data as { sha: string };
  await site.repository.pushTo('main', { 'agents/builder.yaml': 'name: changed\n' });
  const { data } = await rest.git.getBlob({ ...acme, file_sha: sha });
  expect(decoded(data.content).toString()).toBe('name: builder\n');
});

test('many blobs asked for at once are not mixed up', async () => {
  const site = await startSite();
  const names = Array.from({ length: 60 }, (_, index) => `many/${index}.yaml`);
  const long = (name: string) => `${name}\n`.repeat(2000);
  const head = await site.repository.pushTo(
    'main',
    Object.fromEntries(names.map((name) => [name, long(name)])),
  );
  const { rest } = await asInstallation(site);
  const { data } = await rest.git.getTree({ ...acme, tree_sha: head, recursive: '1' });
  const blobs = data.tree.filter(({ path }) => path.startsWith('many/') && path.endsWith('.yaml'));
  const contents = await Promise.all(
    blobs.map(async ({ path, sha }) => {
      const blob = await rest.git.getBlob({ ...acme, file_sha: sha });
      return decoded(blob.data.content).toString() === long(path);
    }),
  );
  expect(contents).toHaveLength(60);
  expect(contents.every(Boolean)).toBe(true);
});

test('contents come as files and as folders', async () => {
  const site = await startSite();
  const { rest } = await asInstallation(site);
  const file = await rest.repos.getContent({ ...acme, path: 'agents/builder.yaml', ref: 'main' });
  const { content } = file.data as { content: string };
  expect(decoded(content).toString()).toBe('name: builder\n');
  const root = await rest.repos.getContent({ ...acme, path: '' });
  const names = (root.data as { name: string; type: string }[]).map((e) => `${e.type} ${e.name}`);
  expect(names).toEqual(['file README.md', 'dir agents']);
  expect(await refusal(rest.repos.getContent({ ...acme, path: 'nothing' }))).toBe('404 Not Found');
  const lost = rest.repos.getContent({ ...acme, path: 'README.md', ref: 'nowhere' });
  expect(await refusal(lost)).toBe('404 No commit found for the ref nowhere');
});

test('a file above a mebibyte comes without its content', async () => {
  const site = await startSite();
  await site.repository.pushTo('main', { large: 'x'.repeat(1024 * 1024 + 1) });
  const { rest } = await asInstallation(site);
  const { data } = await rest.repos.getContent({ ...acme, path: 'large' });
  expect(data).toMatchObject({ content: '', encoding: 'none', size: 1024 * 1024 + 1 });
});

test('references, commits and comparisons', async () => {
  const site = await startSite();
  const main = await site.repository.tip();
  const change = await site.repository.pushTo('topic/change', { 'README.md': 'New\n', b: 'b\n' });
  const { rest } = await asInstallation(site);
  const ref = await rest.git.getRef({ ...acme, ref: 'heads/topic/change' });
  expect(ref.data.object.sha).toBe(change);
  const refs = await rest.git.listMatchingRefs({ ...acme, ref: 'heads/' });
  expect(refs.data.map((one) => one.ref)).toEqual(['refs/heads/main', 'refs/heads/topic/change']);
  const commit = await rest.git.getCommit({ ...acme, commit_sha: change });
  expect(commit.data.parents.map(({ sha }) => sha)).toEqual([main]);
  const { data } = await rest.repos.compareCommitsWithBasehead({
    ...acme,
    basehead: 'main...topic/change',
  });
  expect(data).toMatchObject({ status: 'ahead', ahead_by: 1, behind_by: 0 });
  expect(
    data.files?.map((file) => [file.status, file.filename, file.additions, file.deletions]),
  ).toEqual([
    ['modified', 'README.md', 1, 1],
    ['added', 'b', 1, 0],
  ]);
  expect(data.files?.[0]?.patch).toBe('@@ -1 +1 @@\n-Policies of acme\n+New');
  const full = await rest.repos.getCommit({ ...acme, ref: 'topic/change' });
  expect(full.data.stats).toEqual({ additions: 2, deletions: 1, total: 3 });
});

test('what git would take for more than a name is not found', async () => {
  const site = await startSite();
  await site.repository.pushTo('main', { again: 'x' });
  const { rest } = await asInstallation(site);
  for (const ref of ['main~1', 'main^', 'HEAD@{1}', '--all', ':/First', 'main:README.md', 'main\n'])
    expect(await refusal(rest.repos.getCommit({ ...acme, ref })), ref).toBe('404 Not Found');
  const short = rest.git.getBlob({ ...acme, file_sha: 'main:README.md' });
  expect(await refusal(short)).toMatch(/^422 The sha parameter/);
});
