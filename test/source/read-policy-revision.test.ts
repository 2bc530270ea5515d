import { existsSync } from 'node:fs';
import { chmod, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { limits } from '../../src/policy/index.ts';
import {
  commitOf,
  type FolderAt,
  folderAt,
  loadRevision,
  readPolicyFolder,
  readPolicyRevision,
} from '../../src/source/index.ts';
import { replay, runs } from '../kernel/runs.ts';
import { agent } from '../policy/samples.ts';
import { type Content, repository } from './repository.ts';

async function folder(dir: string, at: string, revision = 'HEAD'): Promise<FolderAt> {
  const found = await folderAt(dir, await commitOf(dir, revision), at);
  if (!found) throw new Error(`no folder ${at}`);
  return found;
}

async function read(dir: string, at = 'policies') {
  return readPolicyRevision(dir, await folder(dir, at));
}

const bot = agent('bot', 'workloads: {cidrs: [10.0.0.1/32]}');

test('the policies of a commit are those that it has, not those of the work tree', async () => {
  const { dir, commit } = await repository();
  await commit({ 'policies/a.yaml': bot, 'policies/README.md': '', 'other/b.yaml': bot });
  await writeFile(path.join(dir, 'policies/a.yaml'), 'broken: [');
  const { policySet, problems, ignored, files } = await loadRevision(
    dir,
    await folder(dir, 'policies'),
  );
  expect(policySet.agents.map(({ metadata }) => metadata.name)).toEqual(['bot']);
  expect(problems).toEqual([]);
  expect(ignored).toEqual(['README.md']);
  expect(files.map(({ path }) => path)).toEqual(['a.yaml']);
});

test('it makes no difference where in the work tree one stands, nor whether there is one', async () => {
  const { dir, commit, git } = await repository();
  await commit({ 'policies/a.yaml': bot, 'sub/b.yaml': '' });
  const expected = await read(dir);
  expect(expected.files).toHaveLength(1);
  expect(await read(path.join(dir, 'sub'))).toEqual(expected);
  await git('clone', '--quiet', '--bare', '.', 'bare.git');
  expect(await read(path.join(dir, 'bare.git'))).toEqual(expected);
});

test('a file over the limit is a problem, and its contents are never asked for', async () => {
  const { dir, commit } = await repository();
  await commit({
    'policies/big.yaml': '#'.repeat(limits.fileBytes + 1),
    'policies/full.yaml': '#'.repeat(limits.fileBytes),
  });
  const { files, problems } = await read(dir);
  expect(files.map(({ path: name, text }) => [name, text.length])).toEqual([
    ['full.yaml', limits.fileBytes],
  ]);
  expect(problems).toMatchObject([{ file: 'big.yaml', severity: 'error' }]);
});

test('many files are read in several answers', async () => {
  const { dir, commit } = await repository();
  const files = Array.from({ length: 40 }, (_, i) => [
    `policies/${i}.yaml`,
    `${i}${'#'.repeat(limits.fileBytes - 2)}`,
  ]);
  await commit(Object.fromEntries(files));
  const read40 = await read(dir);
  expect(read40.problems).toEqual([]);
  for (const { path: name, text } of read40.files) {
    expect(`${Number.parseInt(Buffer.from(text).toString('latin1', 0, 2), 10)}.yaml`).toBe(name);
  }
  expect(read40.files).toHaveLength(40);
});

test('hostile names are read as names', async () => {
  const { dir, commit } = await repository();
  const names = [
    'new\nline.yaml',
    '--help.yaml',
    'tab\t.yaml',
    '"quoted".yaml',
    ':(top)a.yaml',
    'ü.yaml',
  ];
  await commit(Object.fromEntries(names.map((name) => [`policies/${name}`, name])));
  const { files, problems } = await read(dir);
  expect(problems).toEqual([]);
  expect(files.map(({ text }) => Buffer.from(text).toString()).sort()).toEqual(names.toSorted());
  expect(files.map(({ path: name }) => name).sort()).toEqual(names.toSorted());
});

test('a name that is not UTF-8 and a submodule are problems', async () => {
  const { dir, commit, git } = await repository();
  const id = await commit({ 'policies/a.yaml': '' });
  await writeFile(Buffer.from(`${dir}/policies/\xff.yaml`, 'latin1'), '');
  await git('add', '--all');
  await git('update-index', '--add', '--cacheinfo', `160000,${id},policies/sub`);
  await git('commit', '--quiet', '--message=Submodule');
  const { problems } = await read(dir);
  expect(problems).toMatchObject([
    { file: '\ufffd.yaml', message: expect.stringContaining('UTF-8') },
    { file: 'sub', message: expect.stringContaining('submodule') },
  ]);
});

describe('nothing of the repository is executed', () => {
  test('neither hooks, nor monitors, filters and pagers that its configuration names', async () => {
    const { dir, commit, git } = await repository();
    const mark = path.join(dir, 'executed');
    const program = path.join(dir, 'program');
    await commit({
      'policies/a.yaml': bot,
      'policies/.gitattributes': '*.yaml filter=evil diff=evil',
    });
    await writeFile(program, `#!/bin/sh\ntouch '${mark}'\ncat\n`);
    await chmod(program, 0o755);
    for (const key of [
      'core.fsmonitor',
      'core.pager',
      'core.sshCommand',
      'core.askPass',
      'diff.evil.textconv',
      'filter.evil.smudge',
      'filter.evil.process',
      'core.alternateRefsCommand',
    ]) {
      await git('config', key, program);
    }
    expect((await read(dir)).files).toHaveLength(1);
    expect(existsSync(mark)).toBe(false);
  });

  test('nor the transport of a partial clone that lacks contents: that is a problem or an error', async () => {
    const { dir, commit, git } = await repository();
    await commit({ 'policies/a.yaml': bot });
    const mark = path.join(dir, 'executed');
    await git('config', 'core.repositoryFormatVersion', '1');
    await git('config', 'extensions.partialClone', 'origin');
    await git('config', 'remote.origin.promisor', 'true');
    await git('config', 'remote.origin.url', `ext::sh -c "touch ${mark}"`);
    await git('config', 'protocol.allow', 'always');
    await git('config', 'protocol.ext.allow', 'always');
    const blob = await git('rev-parse', 'HEAD:policies/a.yaml');
    await rm(path.join(dir, '.git/objects', blob.slice(0, 2), blob.slice(2)));
    const outcome = await read(dir).then(
      ({ problems }) => problems.map(({ message }) => message).join(),
      (error: Error) => error.message,
    );
    expect(outcome).toMatch(/clone|object/);
    expect(existsSync(mark)).toBe(false);
  });

  test('replaced objects are not believed', async () => {
    const { dir, commit, git } = await repository();
    await commit({ 'policies/a.yaml': bot, 'other.yaml': 'x' });
    await git(
      'replace',
      await git('rev-parse', 'HEAD:policies/a.yaml'),
      await git('rev-parse', 'HEAD:other.yaml'),
    );
    const [file] = (await read(dir)).files;
    expect(Buffer.from(file?.text ?? []).toString()).toBe(bot);
  });
});

const names = ['a.yaml', 'b.yaml', 'c.txt', 'd', 'policies'];
const paths = fc
  .array(fc.constantFrom(...names), { minLength: 1, maxLength: 3 })
  .map((p) => p.join('/'));
const targets = fc
  .array(fc.constantFrom(...names, '..', '..', '.', ''), { minLength: 1, maxLength: 4 })
  .map((parts) => parts.join('/'))
  .filter((target) => /^[^/]/.test(target));
const content: fc.Arbitrary<Content> = fc.oneof(
  fc.constantFrom('1', '2'),
  targets.map((link) => ({ link })),
);

/** Without paths that would be a file and a folder at once. */
function consistent(files: Record<string, Content>): Record<string, Content> {
  const kept: Record<string, Content> = {};
  for (const [name, value] of Object.entries(files)) {
    const clashes = Object.keys(kept).some(
      (k) => name.startsWith(`${k}/`) || k.startsWith(`${name}/`),
    );
    if (!clashes) kept[name] = value;
  }
  return kept;
}

test('a commit is read as the same folder on disk, links included', async () => {
  await fc.assert(
    fc.asyncProperty(fc.dictionary(paths, content, { maxKeys: 7 }), async (generated) => {
      const files = Object.fromEntries(
        Object.entries(consistent(generated)).map(([name, value]) => [`policies/${name}`, value]),
      );
      const { dir, commit } = await repository();
      await commit({ 'policies/always.yaml': '', ...files });
      const onDisk = plain(await readPolicyFolder(path.join(dir, 'policies')));
      const inCommit = plain(await read(dir));
      // What lies outside is not looked at in a commit, so a link that leads nowhere there is told as any other.
      const outside = onDisk.map(([name], i) => inCommit[i]?.[1] === 'outside' && name);
      expect(onDisk.filter(([name]) => !outside.includes(name))).toEqual(
        inCommit.filter(([name]) => !outside.includes(name)),
      );
      expect(onDisk.some(([name, what]) => outside.includes(name) && what === 'read')).toBe(false);
    }),
    { ...replay(runs(15)), endOnFailure: true },
  );
});

/** What became of every path, by path. */
function plain({ files, problems, ignored }: Awaited<ReturnType<typeof readPolicyFolder>>) {
  const told = [
    ...files.map(({ path: name, text }) => [name, 'read', Buffer.from(text).toString()]),
    ...ignored.map((name) => [name, 'ignored']),
    ...problems.map(({ file, message }) => [
      file,
      /out of the policy folder/.test(message) ? 'outside' : message,
    ]),
  ];
  return told.sort(([a = ''], [b = '']) => (a < b ? -1 : 1));
}
