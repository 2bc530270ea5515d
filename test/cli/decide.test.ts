import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it, onTestFinished } from 'vitest';
import { alpha, sallyport, temporaryFolder } from './policy-folder.ts';

const flow = '{"agent": "alpha", "dst": "192.0.2.1", "protocol": "tcp", "port": 443}';

describe('sallyport decide', () => {
  it('answers flows and questions in their order', async () => {
    const dir = temporaryFolder({ 'alpha.yaml': alpha });
    const question = '{"agent": "alpha", "question": {"name": "example.com", "type": "A"}}';
    const { stdout, stderr, exitCode } = await sallyport(['decide', dir], `${flow}\n${question}\n`);
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
    expect(stdout).toBe(
      '{"decision":"allow","reason":"allowed","clause":"AgentPolicy/alpha#web","mode":"enforce"}\n' +
        '{"decision":"deny","reason":"dns-name","clause":null,"mode":"enforce"}\n',
    );
  });

  it('answers every line though one is no flow, tells its number, and ends with 2', async () => {
    const dir = temporaryFolder({ 'alpha.yaml': alpha });
    const { stdout, stderr, exitCode } = await sallyport(['decide', dir], `oops\n${flow}\n`);
    expect(exitCode).toBe(2);
    expect(stderr).toBe('line 1: This is not JSON. Write one JSON object on each line.\n');
    const [first, second] = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(first.error.line).toBe(1);
    expect(second.decision).toBe('allow');
  });

  it('answers a line before the next one comes', async () => {
    const dir = temporaryFolder({ 'alpha.yaml': alpha });
    const main = path.resolve(import.meta.dirname, '../../src/cli/main.ts');
    const child = spawn(process.execPath, [main, 'decide', dir], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    onTestFinished(() => void child.kill());
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    for (const port of [443, 444]) {
      child.stdin.write(`${flow.replace('443', String(port))}\n`);
      const { value } = await lines.next();
      expect(JSON.parse(value ?? '').decision).toBe(port === 443 ? 'allow' : 'deny');
    }
    child.stdin.end();
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it('judges nothing by policies that have errors', async () => {
    const dir = temporaryFolder({ 'alpha.yaml': alpha.replace('443', '0') });
    const { stdout, stderr, exitCode } = await sallyport(['decide', dir], `${flow}\n`);
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 1 });
    expect(stderr).toContain('alpha.yaml:7:');
  });

  it('tells policy errors in one document with --json', async () => {
    const dir = temporaryFolder({ 'alpha.yaml': alpha.replace('443', '0') });
    const { stdout, exitCode } = await sallyport(['decide', dir, '--json'], `${flow}\n`);
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, problems: [{ file: 'alpha.yaml' }] });
  });

  describe('with registered workloads', () => {
    const selected = alpha.replace('cidrs: [10.8.1.0/24]', 'selector: {app: web}');
    const beta = alpha.replace('name: alpha', 'name: beta').replace('10.8.1.0', '10.8.2.0');
    const from = flow.replace('"agent": "alpha"', '"src": "10.9.1.4"');
    const files = { 'alpha.yaml': selected, 'beta.yaml': beta };

    it('knows who sends', async () => {
      const dir = temporaryFolder(files);
      const { stdout } = await sallyport(
        ['decide', dir, '--workload', '10.9.1.4=alpha', '--workload', '10.9.1.5=alpha'],
        `${from}\n${from.replace('1.4', '1.6')}\n`,
      );
      const [first, second] = stdout.trimEnd().split('\n');
      expect(JSON.parse(first ?? '')).toMatchObject({ clause: 'AgentPolicy/alpha#web' });
      expect(JSON.parse(second ?? '')).toMatchObject({ reason: 'unknown-workload' });
    });

    it.each([
      ['10.9.1.4', 'Write an address and an agent'],
      ['10.9.1.0/24=alpha', 'Write an address and an agent'],
      ['10.9.1.4=gamma', 'there is no AgentPolicy/gamma'],
      ['10.9.1.4=beta', 'AgentPolicy/beta has no `workloads.selector`'],
      ['10.8.2.4=alpha', 'lies in the CIDRs of AgentPolicy/beta'],
    ])('refuses --workload %s', async (workload, message) => {
      const dir = temporaryFolder(files);
      const { stdout, stderr, exitCode } = await sallyport(
        ['decide', dir, '--workload', workload],
        `${from}\n`,
      );
      expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 2 });
      expect(stderr).toContain(message);
    });
  });

  it('answers no input with nothing', async () => {
    const dir = temporaryFolder({ 'alpha.yaml': alpha });
    const { stdout, stderr, exitCode } = await sallyport(['decide', dir]);
    expect({ stdout, stderr, exitCode }).toEqual({ stdout: '', stderr: '', exitCode: 0 });
  });
});
