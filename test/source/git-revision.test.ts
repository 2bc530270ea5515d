import { describe, expect, test } from 'vitest';
import {
  commitOf,
  folderAt,
  GitError,
  mergeBase,
  pathFromRoot,
  prefixOf,
} from '../../src/source/index.ts';
import { temporaryFolder } from '../cli/policy-folder.ts';
import { repository } from './repository.ts';

describe('a revision', () => {
  test('is whatever git takes for a commit', async () => {
    const { dir, commit, git } = await repository();
    const first = await commit({ 'a.yaml': '' });
    const second = await commit({ 'b.yaml': '' });
    await git('tag', '--annotate', '--message=one', 'v1', first);
    for (const revision of ['HEAD~1', 'v1', first.slice(0, 10), 'HEAD^', 'main~1']) {
      expect(await commitOf(dir, revision)).toBe(first);
    }
    expect(await commitOf(dir, '@')).toBe(second);
  });

  test.each([
    'nonsense',
    '',
    '--all',
    '-h',
    '--output=/tmp/x',
    '^main',
    'HEAD HEAD',
    'HEAD~9',
    'main..main',
  ])('%j is none, and never an option', async (revision) => {
    const { dir, commit } = await repository();
    await commit({ 'a.yaml': '' });
    await expect(commitOf(dir, revision)).rejects.toThrow(/no revision of this repository/);
  });

  test('needs a repository', async () => {
    const dir = temporaryFolder({});
    await expect(commitOf(dir, 'main')).rejects.toThrow(/no Git repository/);
  });
});

describe('the merge base', () => {
  test('is where two branches parted', async () => {
    const { dir, commit, git } = await repository();
    const base = await commit({ 'a.yaml': '1' });
    await git('switch', '--quiet', '--create', 'topic');
    const topic = await commit({ 'a.yaml': '2' });
    await git('switch', '--quiet', 'main');
    const main = await commit({ 'a.yaml': '3' });
    expect(await mergeBase(dir, main, topic)).toBe(base);
  });

  test('of unrelated histories is an error that names shallow clones', async () => {
    const { dir, commit, git } = await repository();
    const one = await commit({ 'a.yaml': '1' });
    await git('switch', '--quiet', '--orphan', 'other');
    const other = await commit({ 'b.yaml': '1' });
    await expect(mergeBase(dir, one, other)).rejects.toThrow(/shallow clone/);
  });
});

describe('a folder of a commit', () => {
  test('is found by its path from the root, spaces and colons included', async () => {
    const { dir, commit } = await repository();
    const id = await commit({ 'x/y/a.yaml': '', 'odd: name/b.yaml': '' });
    for (const path of ['', 'x', 'x/y', 'odd: name']) {
      expect(await folderAt(dir, id, path)).toMatchObject({ commit: id, path });
    }
  });

  test('is none where there is a file, a link or nothing', async () => {
    const { dir, commit } = await repository();
    const id = await commit({ 'x/a.yaml': '', link: { link: 'x' } });
    for (const path of ['x/a.yaml', 'link', 'y', 'x/../x', '-x']) {
      expect(await folderAt(dir, id, path)).toBeUndefined();
    }
  });

  test('is the same from anywhere inside the work tree', async () => {
    const { dir, commit } = await repository();
    await commit({ 'deploy/policies/a.yaml': '' });
    expect(await pathFromRoot(`${dir}/deploy`, './policies')).toBe('deploy/policies');
    expect(await pathFromRoot(`${dir}/deploy`, 'policies/')).toBe('policies');
    expect(await pathFromRoot(dir, '.')).toBe('');
    expect(await prefixOf(`${dir}/deploy/policies`)).toBe('deploy/policies');
    expect(await prefixOf(dir)).toBe('');
    for (const path of ['../x', '/etc', 'a/../../b']) {
      await expect(pathFromRoot(dir, path)).rejects.toThrow(GitError);
    }
  });
});
