import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ruleSetDigest } from '../../src/rules/index.ts';
import { codeOf, follow, rules, stage } from './scene.ts';

describe('a gateway', () => {
  test('gets the rules that were published, with what is said about them', async () => {
    const scene = await stage();
    const published = await scene.publish();
    const bundle = await scene.client().refresh();
    expect(bundle?.ruleSet).toEqual(rules());
    expect(bundle).toMatchObject({ group: 'edge', digest: ruleSetDigest(rules()) });
    expect(bundle?.custom).toEqual(published.custom);
    expect(bundle?.custom).toMatchObject({
      seq: 1,
      commit: '1234567890abcdef',
      pullRequest: 7,
      agents: 1,
      clauses: 1,
    });
  });

  test('hears nothing new until something is published', async () => {
    const scene = await stage();
    const client = scene.client();
    await scene.publish();
    expect(await follow(client)).toBe(1);
    expect(await follow(client)).toBeUndefined();
    await scene.publish({ ruleSet: rules(8443) });
    expect(await follow(client)).toBe(2);
    expect(await follow(client)).toBeUndefined();
  });

  test('is offered a bundle again until it has accepted it, without fetching it again', async () => {
    const scene = await stage();
    const client = scene.client();
    await scene.publish();
    const first = await client.refresh();
    expect(await client.refresh()).toBe(first);
    const fetched = scene.requests.filter((path) => path.startsWith('/targets/'));
    expect(fetched).toHaveLength(1);
  });

  test('finds the last good rules after a restart, without a server', async () => {
    const scene = await stage();
    await scene.publish();
    await follow(scene.client());
    const restarted = scene.client({ url: 'http://127.0.0.1:1' });
    expect(await codeOf(restarted.refresh())).toBe('unreachable');
    expect((await restarted.lastGood())?.ruleSet).toEqual(rules());
  });

  test('has no last good rules before it accepted any', async () => {
    const scene = await stage();
    await scene.publish();
    await scene.client().refresh();
    expect(await scene.client().lastGood()).toBeUndefined();
  });

  test('does not enforce what another group was sent', async () => {
    const scene = await stage();
    await scene.publish({ group: 'core', ruleSet: rules(22) });
    await scene.publish();
    const bundle = await scene.client({ group: 'core' }).refresh();
    expect(bundle?.ruleSet).toEqual(rules(22));
    expect(await follow(scene.client())).toBe(1);
    const moved = scene.client({ group: 'core' });
    expect(await moved.lastGood()).toBeUndefined();
    expect(await follow(moved)).toBe(1);
  });

  test('is told when there is nothing for its group', async () => {
    const scene = await stage();
    await scene.publish();
    expect(await codeOf(scene.client({ group: 'nobody' }).refresh())).toBe('not-enrolled');
  });

  test('comes back when the server does', async () => {
    const scene = await stage();
    const client = scene.client();
    await scene.publish();
    scene.intercept = (_path, response) => {
      response.writeHead(503).end();
      return true;
    };
    expect(await codeOf(client.refresh())).toBe('unreachable');
    scene.intercept = undefined;
    expect(await follow(client)).toBe(1);
  });

  test('asks for the timestamp and a next root only, when nothing is new', async () => {
    const scene = await stage();
    const client = scene.client();
    await scene.publish();
    await follow(client);
    scene.requests.length = 0;
    await client.refresh();
    expect(scene.requests).toEqual(['/metadata/2.root.json', '/metadata/timestamp.json']);
  });

  test('takes only what it verified itself', async () => {
    const scene = await stage();
    await scene.publish();
    const bundle = await scene.client().refresh();
    if (!bundle) throw new Error('no bundle');
    await expect(scene.client().accept(bundle)).rejects.toThrow('not verified by this client');
  });

  test('starts anew when its state is removed', async () => {
    const scene = await stage();
    await scene.publish();
    await follow(scene.client());
    rmSync(join(scene.dir, 'state'), { recursive: true });
    expect(await follow(scene.client())).toBe(1);
  });

  test('refuses an enrolment that is none', async () => {
    const scene = await stage();
    const forged = Buffer.from(scene.root.toString().replace(/"version":1/, '"version":9'));
    expect(() => scene.client({ root: forged })).toThrow('root.json of the enrolment');
    expect(() => scene.client({ root: Buffer.from('{}') })).toThrow('root.json of the enrolment');
    expect(() => scene.client({ url: 'file:///etc' })).toThrow('no http or https URL');
    expect(() => scene.client({ group: '../root' })).toThrow('no name for a gateway group');
  });
});

test('many groups and many publications', async () => {
  const scene = await stage();
  const groups = Array.from({ length: 40 }, (_, i) => `site-${i}`);
  for (const [i, group] of groups.entries()) {
    await scene.publish({ group, ruleSet: rules(i + 1) });
  }
  for (const i of [0, 7, 39]) {
    const group = groups[i] ?? '';
    const client = scene.client({ group, state: join(scene.dir, group) });
    expect((await client.refresh())?.ruleSet).toEqual(rules(i + 1));
  }
});
