import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadSides } from '../../src/source/index.ts';
import { temporaryFolder } from '../cli/policy-folder.ts';
import { agent } from '../policy/samples.ts';
import { type Content, repository } from './repository.ts';

const bot = (name: string) => agent(name, 'workloads: {cidrs: [10.0.0.1/32]}');

/** A branch `main` and a branch `topic` that parted from it, each one commit further. */
async function branches(folder = 'policies') {
  const { dir, commit, git } = await repository();
  const files = (...names: string[]): Record<string, Content> =>
    Object.fromEntries(names.map((name) => [path.posix.join(folder, `${name}.yaml`), bot(name)]));
  const base = await commit({ 'README.md': '', ...files('base') });
  await git('switch', '--quiet', '--create', 'topic');
  const topic = await commit({ 'README.md': '', ...files('topic') });
  await git('switch', '--quiet', 'main');
  const main = await commit({ 'README.md': '', ...files('main') });
  await git('switch', '--quiet', 'topic');
  return { dir, commit, git, base, topic, main };
}

async function agentsOf(cwd: string, words: [string, string?], options: { path?: string } = {}) {
  const { before, after } = await loadSides(words, { cwd, ...options });
  return [before, after].map(({ place, loaded }) => [
    place,
    loaded.policySet.agents.map(({ metadata }) => metadata.name).join(),
  ]);
}

describe('ranges mean what they mean to git', () => {
  test('three dots: from where the branches parted', async () => {
    const { dir, base } = await branches();
    const before = [`${base.slice(0, 12)}:policies`, 'base'];
    expect(await agentsOf(dir, ['main...HEAD'])).toEqual([before, ['HEAD:policies', 'topic']]);
    expect(await agentsOf(dir, ['main...'])).toEqual([before, ['HEAD:policies', 'topic']]);
  });

  test('two dots: the commits themselves', async () => {
    const { dir } = await branches();
    expect(await agentsOf(dir, ['main..topic'])).toEqual([
      ['main:policies', 'main'],
      ['topic:policies', 'topic'],
    ]);
  });

  test('one argument that is no range is an error', async () => {
    const { dir } = await branches();
    await expect(loadSides(['main'], { cwd: dir })).rejects.toThrow(/main\.\.\.HEAD/);
  });
});

describe('which folder', () => {
  test('--path, or that of the other side, or policies', async () => {
    const { dir } = await branches('deploy/rules');
    const both = [
      ['main:deploy/rules', 'main'],
      ['HEAD:deploy/rules', 'topic'],
    ];
    expect(await agentsOf(dir, ['main', 'HEAD'], { path: 'deploy/rules/' })).toEqual(both);
    expect(await agentsOf(dir, ['main', 'HEAD:deploy/rules'])).toEqual(both);
    expect(await agentsOf(dir, ['main', 'deploy/rules'])).toEqual([
      ['main:deploy/rules', 'main'],
      ['deploy/rules', 'topic'],
    ]);
    expect(await agentsOf(path.join(dir, 'deploy'), ['main:./rules', 'rules'])).toEqual([
      ['main:deploy/rules', 'main'],
      ['rules', 'topic'],
    ]);
  });

  test('the root, where there is no policies folder', async () => {
    const { dir } = await branches('.');
    expect(await agentsOf(dir, ['main..HEAD'])).toEqual([
      ['main:', 'main'],
      ['HEAD:', 'topic'],
    ]);
  });

  test('a folder that is there wins over a branch of its name', async () => {
    const { dir, git } = await branches();
    await git('branch', 'policies', 'main');
    expect(await agentsOf(dir, ['policies', 'topic'])).toEqual([
      ['policies', 'topic'],
      ['topic:policies', 'topic'],
    ]);
    expect(await agentsOf(dir, ['refs/heads/policies', 'topic'])).toEqual([
      ['refs/heads/policies:policies', 'main'],
      ['topic:policies', 'topic'],
    ]);
  });

  test('--path where both sides name theirs is an error', async () => {
    const { dir } = await branches();
    await expect(
      loadSides(['main:policies', 'policies'], { cwd: dir, path: 'policies' }),
    ).rejects.toThrow(/both sides name theirs/);
  });
});

describe('a side that lacks the folder', () => {
  test('is no policies, if the other side has it: the first policies of a repository', async () => {
    const { dir, commit } = await repository();
    await commit({ 'README.md': '' });
    await commit({ 'policies/a.yaml': bot('first') });
    const { before, after } = await loadSides(['HEAD~1', 'HEAD'], { cwd: dir });
    expect([before.isMissing, after.isMissing]).toEqual([true, false]);
    expect(before.loaded.policySet.agents).toEqual([]);
    expect(after.loaded.policySet.agents).toHaveLength(1);
  });

  test('is an error if no side has it, or if it was named', async () => {
    const { dir } = await branches();
    await expect(loadSides(['main..HEAD'], { cwd: dir, path: 'polices' })).rejects.toThrow(
      /neither side has a folder "polices"/,
    );
    await expect(loadSides(['main:polices', 'HEAD'], { cwd: dir })).rejects.toThrow(
      /"main" has no folder "polices"/,
    );
  });
});

test('two folders need no repository', async () => {
  const cwd = temporaryFolder({});
  for (const name of ['old', 'new']) {
    mkdirSync(path.join(cwd, name));
    writeFileSync(path.join(cwd, name, 'a.yaml'), bot(name));
  }
  expect(await agentsOf(cwd, ['old', 'new'])).toEqual([
    ['old', 'old'],
    ['new', 'new'],
  ]);
  await expect(loadSides(['old', 'newer'], { cwd })).rejects.toThrow(/"newer" is no folder/);
});
