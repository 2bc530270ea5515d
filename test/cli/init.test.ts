import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { sallyport } from './in-process.ts';
import { temporaryFolder } from './policy-folder.ts';

const filesIn = (dir: string) =>
  readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(dir, path.join(entry.parentPath, entry.name)))
    .sort();

test('a starter repository: policies in order that hold what their tests promise, and a workflow', async () => {
  const dir = path.join(temporaryFolder({}), 'new', 'repository');
  const { stdout, stderr, exitCode } = await sallyport(['init', dir]);
  expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
  const files = filesIn(dir);
  expect(files).toEqual(
    expect.arrayContaining([
      '.github/workflows/policies.yml',
      '.gitignore',
      'README.md',
      'package.json',
      'policies/README.md',
    ]),
  );
  expect(files).not.toContain('gitignore');
  for (const file of files) expect(stdout).toContain(`  ${file}\n`);
  expect(stdout).toContain(`${dir}: ${files.length} files written`);
  const check = await sallyport(['check', path.join(dir, 'policies')]);
  expect([check.stdout.includes('no problems'), check.exitCode]).toEqual([true, 0]);
  expect((await sallyport(['test', path.join(dir, 'policies')])).exitCode).toBe(0);
});

test('nothing is overwritten, and where one file is there none is written', async () => {
  const dir = temporaryFolder({ 'README.md': 'mine' });
  const { stdout, stderr, exitCode } = await sallyport(['init', dir]);
  expect([stdout, exitCode]).toEqual(['', 2]);
  expect(stderr).toContain(`${dir} has README.md already`);
  expect(filesIn(dir)).toEqual(['README.md']);
  expect(readFileSync(path.join(dir, 'README.md'), 'utf8')).toBe('mine');
});

test('a folder of policies is not mixed with the examples, nor a link to one followed', async () => {
  const own = temporaryFolder({});
  mkdirSync(path.join(own, 'policies'));
  const linked = temporaryFolder({});
  const elsewhere = temporaryFolder({});
  symlinkSync(elsewhere, path.join(linked, 'policies'));
  for (const dir of [own, linked]) {
    const { stderr, exitCode } = await sallyport(['init', dir]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`${dir} has policies already`);
    expect(existsSync(path.join(dir, 'README.md'))).toBe(false);
  }
  expect(filesIn(elsewhere)).toEqual([]);
});

test('a folder that cannot be written: exit 2, and why', async () => {
  const dir = temporaryFolder({ file: '' });
  const { stderr, exitCode } = await sallyport(['init', path.join(dir, 'file', 'repository')]);
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/cannot write .*not a directory/);
});
