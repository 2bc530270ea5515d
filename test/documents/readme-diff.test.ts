import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { repository } from '../source/repository.ts';
import { codeBlocks, readDocument } from './document.ts';

const project = path.resolve(import.meta.dirname, '../..');

test('the comparison in README is the one that comes', async () => {
  const { dir } = await repository();
  for (const side of ['old', 'policies']) {
    cpSync(path.join(project, 'policies'), path.join(dir, side), { recursive: true });
  }
  const file = path.join(dir, 'policies/bank/fraud-scorer.yaml');
  const during = '      during: list-update\n';
  const text = readFileSync(file, 'utf8');
  expect(text).toContain(during);
  writeFileSync(file, text.replace(during, ''));
  const args = ['diff', 'old', 'policies', '--from', '2026-12-01'];
  const { stdout } = await execa(
    process.execPath,
    [path.join(project, 'src/cli/main.ts'), ...args],
    {
      cwd: dir,
    },
  );
  const told = codeBlocks(readDocument('README.md')).map(({ code }) => code.trimEnd());
  expect(told).toContain(stdout.slice(stdout.indexOf('fraud-scorer')).trimEnd());
});
