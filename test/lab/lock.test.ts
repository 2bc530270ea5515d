import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { alone, locked } from '../../lab/instance/index.ts';
import { type Instance, labInstance } from '../../lab/net/index.ts';

let folder: string;
let instance: Instance;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-test-'));
  instance = { ...labInstance('lock'), lockFile: join(folder, 'lock') };
});
afterEach(() => rm(folder, { recursive: true }));

describe.skipIf(process.platform !== 'linux')('locked', () => {
  it('lets one in, and tells the other who is at it', async () => {
    let release = () => {};
    const held = locked(instance, () => new Promise<void>((resolve) => (release = resolve)));
    await expect
      .poll(() =>
        stat(instance.lockFile).then(
          () => true,
          () => false,
        ),
      )
      .toBe(true);
    await expect(locked(instance, async () => 'in')).rejects.toThrow(`process ${process.pid}`);
    release();
    await held;
    expect(await locked(instance, async () => 'in')).toBe('in');
  });

  it('can be taken inside of a story, of which there is one at a time', async () => {
    await alone(instance, async () => {
      expect(await locked(instance, async () => 'in')).toBe('in');
      await expect(alone(instance, async () => 'in')).rejects.toThrow('at work on this lab');
    });
  });

  it('is free again after a failure', async () => {
    const failing = locked(instance, () => Promise.reject(new Error('it broke')));
    await expect(failing).rejects.toThrow('it broke');
    expect(await locked(instance, async () => 'in')).toBe('in');
  });

  it.each([
    ['a process that is dead', JSON.stringify({ pid: 2 ** 22 + 1, startTime: 1 })],
    [
      'an id that another process has inherited',
      JSON.stringify({ pid: process.pid, startTime: 1 }),
    ],
    ['nobody who could be named', ''],
  ])('takes over from %s', async (_who, content) => {
    await writeFile(instance.lockFile, content);
    expect(await locked(instance, async () => 'in')).toBe('in');
  });
});
