import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { type BundleClientOptions, type BundleError, rotateKeys } from '../../src/bundle/index.ts';
import { codeOf, edit, flipped, follow, rules, type Scene, stage } from './scene.ts';

let scene: Scene;
let alarms: string[];
/** The repository when bundle 2 was the newest. */
let before: string;

// Bundles 1 to 3 were in force, each kept in its turn.
beforeEach(async () => {
  scene = await stage();
  alarms = [];
  const client = scene.client();
  for (const port of [1, 2, 3]) {
    if (port === 3) before = scene.copy();
    await scene.publish({ ruleSet: rules(port) });
    await follow(client);
  }
});

const state = (...parts: string[]) => join(scene.dir, 'state', ...parts);
const restart = (options: Partial<BundleClientOptions> = {}) =>
  scene.client({ onAlarm: (alarm: BundleError) => alarms.push(alarm.code), ...options });
const generations = () =>
  readdirSync(state('generations')).toSorted((a, b) => Number(b) - Number(a));

describe('a generation that is damaged', () => {
  test.each(['manifest', 'rules.json.zst', 'timestamp'])(
    'in its %s gives way to the one before',
    async (file) => {
      const [newest = ''] = generations();
      edit(state('generations', newest), new RegExp(`^${file}`), flipped);
      const client = restart();
      expect((await client.lastGood())?.custom.seq).toBe(2);
      expect(alarms).toEqual(['disk']);
      expect(await follow(client)).toBe(3);
    },
  );

  test('by a loss of power while it was written counts as not there', async () => {
    const [newest = ''] = generations();
    const draft = state('generations', `.${Number(newest) + 1}.tmp`);
    writeFileSync(draft, 'half');
    const client = restart();
    expect((await client.lastGood())?.custom.seq).toBe(3);
    await scene.publish({ ruleSet: rules(4) });
    expect(await follow(client)).toBe(4);
    expect(existsSync(draft)).toBe(false);
  });

  test('does not open the door to a replay', async () => {
    for (const number of generations()) {
      edit(state('generations', number), /^timestamp/, flipped);
    }
    scene.served = before;
    const client = restart();
    expect(await client.lastGood()).toBeUndefined();
    expect(await codeOf(client.refresh())).toBe('rolled-back');
    scene.served = scene.repository;
    expect(await follow(client)).toBe(3);
  });
});

describe('floors that are damaged', () => {
  test.each(['floor-a', 'floor-b'])('in %s are known from elsewhere', async (file) => {
    edit(state(), new RegExp(`^${file}$`), (bytes) => bytes.subarray(0, 100));
    scene.served = before;
    expect(await codeOf(restart().refresh())).toBe('rolled-back');
    expect(alarms).toEqual(['disk']);
  });

  test('both: what is kept with the rules still counts', async () => {
    for (const file of ['floor-a', 'floor-b']) writeFileSync(state(file), '');
    scene.served = before;
    const client = restart();
    expect(await codeOf(client.refresh())).toBe('rolled-back');
    scene.served = scene.repository;
    expect(await follow(client)).toBeUndefined();
    expect(await codeOf(client.refresh())).toBe('no error');
  });
});

test('garbage in every file is told, and stops nothing', async () => {
  const files = readdirSync(state(), { recursive: true, withFileTypes: true });
  for (const file of files) {
    if (file.isFile()) writeFileSync(join(file.parentPath, file.name), '{"__proto__":1}\n\0');
  }
  const client = restart();
  expect(await client.lastGood()).toBeUndefined();
  expect(new Set(alarms)).toEqual(new Set(['disk']));
  expect(await follow(client)).toBe(3);
  expect((await restart().lastGood())?.custom.seq).toBe(3);
});

test('only the newest generations are kept', async () => {
  const client = restart();
  for (const port of [4, 5, 6]) {
    await scene.publish({ ruleSet: rules(port) });
    await follow(client);
  }
  expect(generations()).toHaveLength(2);
  expect((await restart().lastGood())?.custom.seq).toBe(6);
});

test('a gateway that is enrolled with another repository follows that, and keeps its rules until then', async () => {
  const other = await stage();
  await other.publish({ ruleSet: rules(99) });
  const moved = restart({ root: other.root, url: other.url });
  expect((await moved.lastGood())?.custom.seq).toBe(3);
  expect((await moved.refresh())?.ruleSet).toEqual(rules(99));
});

test('a state folder that cannot be used is said to be so', async () => {
  rmSync(state(), { recursive: true });
  writeFileSync(state(), 'a file');
  const client = restart();
  expect(await codeOf(client.lastGood())).toBe('disk');
  expect(await codeOf(client.refresh())).toBe('disk');
});

test('a chain of roots that is damaged is fetched again', async () => {
  await rotateKeys({ ...scene, role: 'timestamp' });
  await rotateKeys({ ...scene, role: 'root' });
  await follow(restart());
  for (const file of ['1.root.json', '2.root.json']) writeFileSync(state('roots', file), '{}');
  scene.served = before;
  expect(await codeOf(restart().refresh())).toBe('rolled-back');
  scene.served = scene.repository;
  const client = restart();
  expect(await codeOf(client.refresh())).toBe('no error');
  await scene.publish({ ruleSet: rules(4) });
  expect(await follow(client)).toBe(4);
});

test('a gateway that is enrolled anew with a later root of the same repository forgets nothing', async () => {
  await rotateKeys({ ...scene, role: 'timestamp' });
  const client = restart();
  await follow(client);
  const later = readFileSync(join(scene.repository, 'metadata', '2.root.json'));
  const old = scene.copy();
  await scene.publish({ ruleSet: rules(4) });
  await follow(client);
  scene.served = old;
  expect(await codeOf(restart({ root: later }).refresh())).toBe('rolled-back');
});
