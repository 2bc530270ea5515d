import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { publishBundle, rotateKeys } from '../../src/bundle/index.ts';
import { codeOf, follow, rules, type Scene, stage } from './scene.ts';

/** The thief has all online keys and a copy of the repository, and shows gateways what it likes. */
async function steal(scene: Scene): Promise<string> {
  const keys = join(scene.dir, 'stolen');
  cpSync(join(scene.keys, 'online'), join(keys, 'online'), { recursive: true });
  const repository = scene.copy();
  const custom = { commit: '6666666', pullRequest: null };
  const evil = { repository, keys, group: 'edge', ruleSet: rules(666) };
  for (let i = 0; i < 5; i++) await publishBundle({ ...evil, custom });
  await publishBundle({ ...evil, custom: { ...custom, seq: Number.MAX_SAFE_INTEGER } });
  return repository;
}

test('the way back after a theft of all online keys is the one in docs/bundles.md', async () => {
  const scene = await stage();
  const client = scene.client();
  await scene.publish();
  await follow(client);
  const copy = scene.copy();
  const stolen = await steal(scene);
  scene.served = stolen;
  await follow(client);
  expect((await client.lastGood())?.ruleSet).toEqual(rules(666));

  rmSync(scene.repository, { recursive: true });
  cpSync(copy, scene.repository, { recursive: true });
  await rotateKeys({ ...scene, role: 'timestamp' });
  await rotateKeys({ ...scene, role: 'snapshot' });
  await rotateKeys({ ...scene, role: 'bundles', discardBundles: true });
  scene.served = scene.repository;
  expect(await codeOf(client.refresh())).toBe('not-enrolled');
  await scene.publish({ ruleSet: rules(22) });
  expect((await client.refresh())?.ruleSet).toEqual(rules(22));

  scene.served = stolen;
  expect(await codeOf(client.refresh())).toBe('bad-signature');
});

test('offline keys are out of reach of the online ones', async () => {
  const scene = await stage();
  const keys = join(scene.dir, 'stolen');
  cpSync(join(scene.keys, 'online'), join(keys, 'online'), { recursive: true });
  await expect(rotateKeys({ ...scene, keys, role: 'timestamp' })).rejects.toThrow('keys');
  await expect(rotateKeys({ ...scene, keys, role: 'bundles' })).rejects.toThrow('keys');
});
