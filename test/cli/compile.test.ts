import {
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseRuleSet, ruleSetDigest } from '../../src/rules/index.ts';
import { alpha, sallyport, temporaryFolder } from './policy-folder.ts';

const broken = alpha.replace('443', '0');

describe('sallyport compile', () => {
  it('prints canonical rules, and their digest beside them', async () => {
    const dir = temporaryFolder({ 'alpha.yaml': alpha });
    const { stdout, stderr, exitCode } = await sallyport(['compile', dir]);
    expect(exitCode).toBe(0);
    const ruleSet = parseRuleSet(stdout);
    expect(ruleSet.agents.map(({ name }) => name)).toEqual(['alpha']);
    expect(stderr).toContain('1 agent, 0 guardrails, 1 clause');
    expect(stderr).toContain(ruleSetDigest(ruleSet));
  });

  it('prints the same bytes however the documents are spread over files', async () => {
    const beta = alpha.replaceAll('alpha', 'beta').replace('10.8.1.0', '10.8.2.0');
    const one = temporaryFolder({ 'all.yaml': `${beta}---\n${alpha}` });
    const other = temporaryFolder({ 'a.yml': alpha, 'z.yaml': `# moved\n${beta}` });
    const [first, second] = [
      await sallyport(['compile', one]),
      await sallyport(['compile', other]),
    ];
    expect(first.stdout).not.toBe('');
    expect(second.stdout).toBe(first.stdout);
  });

  it('writes a file in one step and leaves nothing beside it', async () => {
    const dir = temporaryFolder({ 'alpha.yaml': alpha });
    const target = temporaryFolder({ 'rules.json': 'old' });
    const out = path.join(target, 'rules.json');
    const { stdout, stderr, exitCode } = await sallyport(['compile', dir, '--out', out]);
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 0 });
    expect(stderr).toContain(out);
    expect(parseRuleSet(readFileSync(out, 'utf8')).agents).toHaveLength(1);
    expect(readdirSync(target)).toEqual(['rules.json']);
  });

  it('writes through a symbolic link and keeps it', async () => {
    const dir = temporaryFolder({ 'alpha.yaml': alpha });
    const target = temporaryFolder({});
    mkdirSync(path.join(target, 'real'));
    writeFileSync(path.join(target, 'real', 'rules.json'), 'old', { mode: 0o640 });
    symlinkSync('real/rules.json', path.join(target, 'link.json'));
    await sallyport(['compile', dir, '--out', path.join(target, 'link.json')]);
    const real = path.join(target, 'real', 'rules.json');
    expect(parseRuleSet(readFileSync(real, 'utf8')).agents).toHaveLength(1);
    expect(statSync(real).mode & 0o777).toBe(0o640);
  });

  it('tells everything in one document with --json', async () => {
    const dir = temporaryFolder({ 'alpha.yaml': alpha });
    const { stdout, stderr } = await sallyport(['compile', dir, '--json']);
    const report = JSON.parse(stdout);
    expect(stderr).toBe('');
    expect(report).toMatchObject({ ok: true, agents: 1, guardrails: 0, clauses: 1, problems: [] });
    expect(ruleSetDigest(report.ruleSet)).toBe(report.digest);
  });

  it('compiles nothing where a policy has an error, and does not touch the file', async () => {
    const dir = temporaryFolder({ 'good.yaml': alpha, 'bad.yaml': broken.replace('alpha', 'bad') });
    const out = path.join(temporaryFolder({ 'rules.json': 'old' }), 'rules.json');
    const { stdout, stderr, exitCode } = await sallyport(['compile', dir, '--out', out]);
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 1 });
    expect(stderr).toContain('bad.yaml:7:');
    expect(readFileSync(out, 'utf8')).toBe('old');
  });

  it('tells errors in one document with --json', async () => {
    const dir = temporaryFolder({ 'bad.yaml': broken });
    const { stdout, exitCode } = await sallyport(['compile', dir, '--json']);
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      problems: [{ file: 'bad.yaml', line: 7 }],
    });
  });

  it('says which file it cannot write', async () => {
    const dir = temporaryFolder({ 'alpha.yaml': alpha });
    const out = path.join(dir, 'missing', 'rules.json');
    const { stderr, exitCode } = await sallyport(['compile', dir, '--out', out]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`cannot write ${out}: its folder does not exist`);
  });

  it('says that there is no such folder', async () => {
    const { stderr, exitCode } = await sallyport(['compile', '/nonexistent/policies']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('/nonexistent/policies');
  });
});
