import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';

const main = fileURLToPath(new URL('../../lab/main.ts', import.meta.url));
const demo = fileURLToPath(new URL('../../lab/demo/main.ts', import.meta.url));
const run = (script: string, ...args: string[]) =>
  execa(process.execPath, [script, ...args], { reject: false });
const lab = (...args: string[]) => run(main, '--instance', 'cmdline', ...args);

describe('npm run lab', () => {
  it('explains itself, with an example and its exit codes', async () => {
    const { exitCode, stdout } = await run(main, '--help');
    expect(exitCode).toBe(0);
    for (const text of ['up', 'status', 'exec', 'watch', 'down', 'Example:', 'Exit codes:']) {
      expect(stdout).toContain(text);
    }
  });

  it.each([
    [['frob'], "unknown command 'frob'"],
    [['up', '--fast'], "unknown option '--fast'"],
    [['exec', 'nobody', 'true'], 'no host is called "nobody"'],
    [['--instance', 'no-hyphens', 'status'], 'cannot name a lab'],
  ])('answers wrong usage with exit code 2: %j', async (args, message) => {
    const { exitCode, stderr } = await lab(...args);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(message);
  });

  it.each([['exec', 'invoice-processor', 'true'], ['watch']])(
    'says how to start the lab, when there is none: %s',
    async (...args) => {
      const { exitCode, stderr } = await lab(...args);
      expect(exitCode).toBe(1);
      expect(stderr).toContain('npm run lab -- up');
    },
  );
});

describe('npm run demo', () => {
  it('explains itself, with an example and its exit codes', async () => {
    const { exitCode, stdout } = await run(demo, '--help');
    expect(exitCode).toBe(0);
    for (const text of ['--json', '--keep', 'Example:', 'Exit codes:']) {
      expect(stdout).toContain(text);
    }
  });

  it('answers wrong usage with exit code 2', async () => {
    expect((await run(demo, '--frob')).exitCode).toBe(2);
  });
});
