import { execFileSync } from 'node:child_process';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { codeOf, follow, rules, stage, temporaryFolder } from './scene.ts';

/** A file system of its own that is easily filled. */
function smallDisk(): string {
  const dir = temporaryFolder();
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=512k', 'tmpfs', dir], { stdio: 'pipe' });
  onTestFinished(() => {
    execFileSync('umount', ['--lazy', dir]);
  });
  return dir;
}

function fill(dir: string): string {
  const path = join(dir, 'filler');
  const file = openSync(path, 'w');
  try {
    for (;;) writeSync(file, Buffer.alloc(4096, 'x'));
  } catch {
    return path;
  } finally {
    closeSync(file);
  }
}

/** Why no file system can be mounted here; undefined where one can. */
function findObstacle(): string | undefined {
  if (process.platform !== 'linux') return 'tmpfs needs Linux';
  if (process.getuid?.() !== 0) return 'mounting takes root';
  return undefined;
}

const obstacle = findObstacle();
if (obstacle !== undefined && process.env.CI === 'true') {
  throw new Error(`the tests of a full disk must not be skipped in CI: ${obstacle}`);
}
if (obstacle !== undefined) console.warn(`skipped: a full disk: ${obstacle}`);

describe.skipIf(obstacle !== undefined)('when the disk of a gateway is full', () => {
  test('new rules still come, and what was kept before is whole', async () => {
    const scene = await stage();
    const disk = smallDisk();
    const state = join(disk, 'state');
    const client = scene.client({ state });
    await scene.publish();
    await follow(client);
    const filler = fill(disk);
    await scene.publish({ ruleSet: rules(8443) });
    const bundle = await client.refresh();
    if (!bundle) throw new Error('nothing new');
    expect(bundle.custom.seq).toBe(2);
    expect(await codeOf(client.accept(bundle))).toBe('disk');
    expect((await scene.client({ state }).lastGood())?.custom.seq).toBe(1);
    expect(await codeOf(client.refresh())).toBe('disk');
    rmSync(filler);
    // Nobody has to do anything else.
    expect(await client.refresh()).toBeUndefined();
    expect((await scene.client({ state }).lastGood())?.custom.seq).toBe(2);
  });

  test('an old state of the server is still refused after a restart', async () => {
    const scene = await stage();
    const disk = smallDisk();
    const state = join(disk, 'state');
    const client = scene.client({ state });
    // Both slots have their place on the disk before it is full.
    for (const port of [1, 2]) {
      await scene.publish({ ruleSet: rules(port) });
      await follow(client);
    }
    const before = scene.copy();
    fill(disk);
    await scene.publish({ ruleSet: rules(3) });
    const bundle = await client.refresh();
    if (!bundle) throw new Error('nothing new');
    expect(await codeOf(client.accept(bundle))).toBe('disk');
    scene.served = before;
    expect(await codeOf(scene.client({ state }).refresh())).toBe('rolled-back');
  });

  test('from the very start, rules come all the same', async () => {
    const scene = await stage();
    const disk = smallDisk();
    fill(disk);
    await scene.publish();
    const alarms: string[] = [];
    const client = scene.client({
      state: join(disk, 'state'),
      onAlarm: ({ code }) => alarms.push(code),
    });
    const bundle = await client.refresh();
    if (!bundle) throw new Error('nothing new');
    expect(await codeOf(client.accept(bundle))).toBe('disk');
    expect(alarms).toEqual(['disk']);
  });
});
