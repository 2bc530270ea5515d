import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { line } from '../traffic/flow-line.ts';
import { alpha, sallyport, temporaryFolder } from './policy-folder.ts';

const old = () => temporaryFolder({ 'alpha.yaml': alpha });
const narrowed = () => temporaryFolder({ 'alpha.yaml': alpha.replace('[443]', '[8443]') });
const recording = () =>
  temporaryFolder({ 'a.jsonl': line() + line({ port: 22, decision: 'deny', clause: null }) });

describe('sallyport simulate', () => {
  it('says what a change does to recorded flows', async () => {
    const { stdout, stderr, exitCode } = await sallyport([
      'simulate',
      old(),
      narrowed(),
      '--recording',
      recording(),
    ]);
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
    expect(stdout).toMatch(/^1 newly denied of 2 recorded flows\n/);
    expect(stdout).toContain('alpha.yaml:7');
  });

  it('tells it as one JSON document', async () => {
    const { stdout, exitCode } = await sallyport([
      'simulate',
      old(),
      narrowed(),
      '--recording',
      path.join(recording(), 'a.jsonl'),
      '--json',
    ]);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: true,
      hasImpact: true,
      simulation: { flows: 2, counts: { newlyDenied: 1, unchanged: 1 } },
      recording: { summary: { segments: 1, flows: 2 } },
    });
  });

  it('prints the comment that a pull request would get', async () => {
    const args = ['simulate', old(), narrowed(), '--recording', recording(), '--markdown'];
    const { stdout } = await sallyport(args);
    expect(stdout).toMatch(/^## ⛔ Sallyport: 1 newly denied/);
  });

  it('ends with 0 when nothing changes', async () => {
    const args = ['simulate', old(), old(), '--recording', recording()];
    const { stdout, exitCode } = await sallyport(args);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^No decision changes\n/);
  });

  it('judges nothing by policies that have errors, on either side', async () => {
    const broken = temporaryFolder({ 'alpha.yaml': alpha.replace('443', '0') });
    for (const folders of [
      [broken, old()],
      [old(), broken],
    ]) {
      const args = ['simulate', ...folders, '--recording', recording(), '--json'];
      const { stdout, exitCode } = await sallyport(args);
      expect(exitCode).toBe(1);
      expect(JSON.parse(stdout)).toMatchObject({ ok: false, problems: [{ file: 'alpha.yaml' }] });
    }
  });

  it('says that there is no such recording, or that none was named', async () => {
    const missing = await sallyport(['simulate', old(), old(), '--recording', '/nowhere/at-all']);
    expect(missing.exitCode).toBe(2);
    expect(missing.stderr).toContain(
      'cannot read the recording /nowhere/at-all: it does not exist',
    );
    const unnamed = await sallyport(['simulate', old(), old()]);
    expect(unnamed.exitCode).toBe(2);
    expect(unnamed.stderr).toContain('--recording');
  });
});
