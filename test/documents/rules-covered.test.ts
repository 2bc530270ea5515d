import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';

const script = resolve(import.meta.dirname, '../../scripts/uncovered-rules.mjs');

describe('rules of the policy language', () => {
  it('each have a vector', () => {
    expect(execFileSync(process.execPath, [script], { encoding: 'utf8' })).toMatch(
      /^\d+ rules, each with a vector/,
    );
  });

  it('are told where they have none, as are vectors of rules that are not', () => {
    const folder = mkdtempSync(join(tmpdir(), 'sallyport-rules-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, 'language.md'), '- **[K1]** One.\n- **[K2]** Two, see [K9].\n');
    writeFileSync(join(folder, 'one.yaml'), 'rules: [K1, D7]\n');
    const { status, stderr } = spawnSync(
      process.execPath,
      [script, join(folder, 'language.md'), folder],
      { encoding: 'utf8' },
    );
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: 'K2: no vector shows this rule\nD7: one.yaml shows a rule that is not\n',
    });
  });
});
