import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { filesBelow, textOf } from './modules.ts';

const MOST_LINES = { code: 250, tests: 300 };
// Longer for now, and not to grow.
const longer: Readonly<Record<string, number>> = { 'lab/github/local-repository.ts': 300 };

const code = filesBelow('src', 'gateway', 'lab', 'bench', 'test', 'scripts').filter((path) =>
  /\.(ts|mjs|c|h|sh)$/.test(path),
);
const lines = (path: string) => textOf(path).trimEnd().split('\n').length;

const most = (path: string) =>
  longer[path] ?? (path.startsWith('test/') ? MOST_LINES.tests : MOST_LINES.code);

test('files are short enough to be read in one go', () => {
  const long = code.filter((path) => lines(path) > most(path));
  expect(long.map((path) => `${path}: ${lines(path)} lines`)).toEqual([]);
});

test('files are named in kebab-case for what they are', () => {
  const names = code.map((path) => path.split('/').at(-1) ?? '');
  const odd = names.filter((name) => !/^[a-z0-9]+([-_][a-z0-9]+)*(\.[a-z]+)*$/.test(name));
  const vague = names.filter((name) => /^(utils?|helpers?|common|misc|stuff)\.(ts|h)$/.test(name));
  expect([...odd, ...vague]).toEqual([]);
});

test('nothing depends on where the project lies', () => {
  const self = 'test/architecture/files.test.ts';
  const places = /["'\s(=](\/work\/|\/home\/|\/root\/|\/Users\/)/;
  const all = [...code, ...filesBelow('docs', 'policies', 'starter', 'action', '.github', '.ci')];
  expect(all.filter((path) => path !== self && places.test(textOf(path)))).toEqual([]);
});

test('installed packages, and links to them, are no part of the tree', () => {
  // Checked out over a folder of that name, a link would take the place of all that is in it.
  const { stdout } = spawnSync('git', ['ls-files', 'node_modules'], { encoding: 'utf8' });
  expect(stdout ?? '').toBe('');
});

test('eBPF sources name both their licences', () => {
  const sources = filesBelow('gateway/bpf');
  const header = 'SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)';
  expect(sources.length).toBeGreaterThan(10);
  expect(sources.filter((path) => !textOf(path).split('\n')[0]?.includes(header))).toEqual([]);
});
