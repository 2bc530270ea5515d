import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { type KeyRole, renewOffline, renewRepository, rotateKeys } from '../../src/bundle/index.ts';
import { codeOf, follow, rules, stage } from './scene.ts';

const roles: KeyRole[] = ['root', 'targets', 'bundles', 'snapshot', 'timestamp'];
const day = 24 * 60 * 60_000;

afterEach(() => {
  vi.useRealTimers();
});

describe.each(roles)('when the %s keys are replaced', (role) => {
  test('gateways follow, those that were running and those that come later', async () => {
    const scene = await stage();
    const client = scene.client();
    await scene.publish();
    await follow(client);
    const { created, retired } = await rotateKeys({ ...scene, role });
    expect(created).toHaveLength(retired.length);
    for (const path of retired) rmSync(path);
    expect(await follow(client)).toBeUndefined();
    await scene.publish({ ruleSet: rules(8443) });
    expect(await follow(client)).toBe(2);
    expect(await follow(scene.client({ state: join(scene.dir, 'late') }))).toBe(2);
  });

  test('nothing fails for a gateway that asks while it happens', async () => {
    const scene = await stage();
    await scene.publish();
    const client = scene.client();
    await follow(client);
    const before = scene.copy();
    await rotateKeys({ ...scene, role });
    // All but a new root, which appears last.
    const between = scene.copy();
    rmSync(join(between, 'metadata', '2.root.json'), { force: true });
    for (const served of [before, between, scene.repository]) {
      scene.served = served;
      expect(await follow(client)).toBeUndefined();
    }
  });

  test('the old keys sign nothing any more', async () => {
    const scene = await stage();
    await scene.publish();
    const old = join(scene.dir, 'old-keys');
    cpSync(scene.keys, old, { recursive: true });
    await rotateKeys({ ...scene, role });
    if (role === 'root' || role === 'targets') {
      await expect(renewOffline({ ...scene, keys: old })).rejects.toThrow(`of the ${role} keys`);
    } else {
      await expect(scene.publish({ keys: old })).rejects.toThrow(`of the ${role} keys`);
    }
  });
});

test('one key of several is replaced alone', async () => {
  const scene = await stage();
  const { keyids } = JSON.parse(scene.root.toString()).signed.roles.root;
  const { retired } = await rotateKeys({ ...scene, role: 'root', key: keyids[1].slice(0, 8) });
  expect(retired).toEqual([expect.stringContaining(keyids[1].slice(0, 12))]);
  await expect(rotateKeys({ ...scene, role: 'root', key: 'zz' })).rejects.toThrow(
    'not the one key',
  );
});

test('a lost root key among three does not matter; two do', async () => {
  const scene = await stage();
  const { keyids } = JSON.parse(scene.root.toString()).signed.roles.root;
  const file = (i: number) => join(scene.keys, 'offline', `root.${keyids[i].slice(0, 12)}.pem`);
  rmSync(file(0));
  await rotateKeys({ ...scene, role: 'root', key: keyids[0] });
  await scene.publish();
  expect(await follow(scene.client())).toBe(1);
  rmSync(file(1));
  rmSync(file(2));
  await expect(rotateKeys({ ...scene, role: 'root' })).rejects.toThrow('2 of the root keys');
});

test('who stole the timestamp key and used up all numbers is shut out by a new key', async () => {
  const scene = await stage();
  const client = scene.client();
  await scene.publish();
  await follow(client);
  const clean = scene.copy();
  vi.useFakeTimers({ toFake: ['Date'] });
  for (let i = 0; i < 12; i++) {
    vi.setSystemTime(Date.now() + day);
    await renewRepository(scene);
  }
  await follow(client);
  // The owner's repository is behind what the thief has shown to gateways.
  rmSync(scene.repository, { recursive: true });
  cpSync(clean, scene.repository, { recursive: true });
  await scene.publish({ ruleSet: rules(8443) });
  expect(await codeOf(client.refresh())).toBe('rolled-back');
  await rotateKeys({ ...scene, role: 'timestamp' });
  await rotateKeys({ ...scene, role: 'snapshot' });
  expect(await follow(client)).toBe(2);
});

test('after a theft of the bundles key, what it signed is dropped, and numbers begin anew', async () => {
  const scene = await stage();
  const client = scene.client();
  await scene.publish({ custom: { commit: '1234567', pullRequest: null, seq: 2 ** 52 } });
  await follow(client);
  await rotateKeys({ ...scene, role: 'bundles', discardBundles: true });
  expect(await codeOf(client.refresh())).toBe('not-enrolled');
  expect((await client.lastGood())?.custom.seq).toBe(2 ** 52);
  const { custom } = await scene.publish({ ruleSet: rules(22) });
  expect(custom.seq).toBe(1);
  expect(await follow(client)).toBe(1);
});

describe('renewal', () => {
  test('does nothing while all is fresh', async () => {
    const scene = await stage();
    const { timestampVersion } = await scene.publish();
    expect(await renewRepository(scene)).toMatchObject({ renewed: [], timestampVersion });
  });

  test('keeps gateways content for months without a publication', async () => {
    const scene = await stage();
    const client = scene.client();
    await scene.publish();
    await follow(client);
    vi.useFakeTimers({ toFake: ['Date'] });
    for (let i = 0; i < 20; i++) {
      vi.setSystemTime(Date.now() + 10 * day);
      expect(await codeOf(client.refresh())).toBe('expired');
      const { renewed } = await renewRepository(scene);
      expect(renewed).toContain('timestamp');
      expect(await follow(client)).toBeUndefined();
    }
  });

  test('of the offline roles keeps them content for years', async () => {
    const scene = await stage();
    await scene.publish();
    vi.useFakeTimers({ toFake: ['Date'] });
    for (let i = 0; i < 3; i++) {
      vi.setSystemTime(Date.now() + 300 * day);
      await renewOffline(scene);
      await renewRepository(scene);
    }
    expect(await follow(scene.client())).toBe(1);
  });
});
