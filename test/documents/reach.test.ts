import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { repository } from '../source/repository.ts';
import { codeBlocks, readDocument } from './document.ts';

const project = path.resolve(import.meta.dirname, '../..');
const main = path.join(project, 'src/cli/main.ts');
const outputs = codeBlocks(readDocument('docs/reach.md'))
  .filter(({ language }) => language === '')
  .map(({ code }) => code);

/** The edit that docs/reach.md tells the outcome of. */
const edits = [
  ['      during: list-update\n', ''],
  ['{cidr: 10.20.12.8/29}', '{cidr: 10.20.12.0/28}'],
  ['version: 3.2.0', 'version: 3.3.0'],
] as const;

test('the comparison in docs/reach.md is the one that comes', async () => {
  const { dir, git } = await repository();
  cpSync(path.join(project, 'policies'), path.join(dir, 'policies'), { recursive: true });
  await git('add', '--all');
  await git('commit', '--quiet', '--message=Policies');
  const file = path.join(dir, 'policies/bank/fraud-scorer.yaml');
  let text = readFileSync(file, 'utf8');
  for (const [from, to] of edits) {
    expect(text).toContain(from);
    text = text.replace(from, to);
  }
  writeFileSync(file, text);
  const args = [main, 'diff', 'main', 'policies', '--from', '2026-12-01'];
  const { stdout } = await execa(process.execPath, args, { cwd: dir });
  const withoutCommit = (output = '') => output.replace(/\([\da-f]{12}\)/, '()').trimEnd();
  expect(withoutCommit(stdout)).toBe(withoutCommit(outputs[0]));
});

test('so is who can reach an address', async () => {
  const args = [main, 'reach', 'policies', '--to', '10.20.12.3'];
  const { stdout } = await execa(process.execPath, args, { cwd: project });
  expect(stdout.trimEnd()).toBe(outputs[1]?.trimEnd());
});

test('so is the explanation', async () => {
  const flow = 'fraud-scorer -> lists.sanctions.example.org';
  const args = [main, 'explain', 'policies', flow, '--at', '2027-03-01T12:00:00Z'];
  const { stdout } = await execa(process.execPath, args, { cwd: project });
  const [title = '', ...lines] = (outputs[2] ?? '').trimEnd().split('\n');
  expect(stdout).toContain(`\n${title}\n`);
  expect(stdout).toContain(`\n${lines.join('\n')}\n`);
});
