import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { codeOf, follow, rules, stage } from './scene.ts';

const timestamp = /timestamp\.json$/;
const hourMs = 3_600_000;

afterEach(() => {
  vi.useRealTimers();
});

function tagOf(bytes: Buffer): string {
  return `"${createHash('sha256').update(bytes).digest('hex')}"`;
}

test('a timestamp that has not changed is not sent again, also after a restart', async () => {
  const scene = await stage();
  await scene.publish();
  const answers: number[] = [];
  scene.intercept = (path, response) => {
    if (!timestamp.test(path)) return false;
    const bytes = readFileSync(join(scene.served, path));
    const same = response.req.headers['if-none-match'] === tagOf(bytes);
    answers.push(same ? 304 : 200);
    response.writeHead(same ? 304 : 200).end(same ? undefined : bytes);
    return true;
  };
  const client = scene.client();
  expect(await follow(client)).toBe(1);
  expect(await follow(client)).toBeUndefined();
  expect(await follow(scene.client())).toBeUndefined();
  await scene.publish({ ruleSet: rules(8443) });
  expect(await follow(client)).toBe(2);
  expect(answers).toEqual([200, 304, 304, 200]);
});

test('“not modified” for what was never had is no answer', async () => {
  const scene = await stage();
  await scene.publish();
  scene.intercept = (_, response) => {
    response.writeHead(304).end();
    return true;
  };
  expect(await codeOf(scene.client().refresh())).toBe('unreachable');
});

test('“not modified” for ever hides what is new no longer than the timestamp is valid', async () => {
  const scene = await stage();
  await scene.publish({ lifetimes: { timestamp: hourMs } });
  const client = scene.client();
  expect(await follow(client)).toBe(1);
  await scene.publish({ ruleSet: rules(8443) });
  scene.intercept = (path, response) => {
    if (!timestamp.test(path)) return false;
    response.writeHead(304).end();
    return true;
  };
  expect(await follow(client)).toBeUndefined();
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + hourMs });
  expect(await codeOf(client.refresh())).toBe('expired');
  scene.intercept = undefined;
  expect(await follow(client)).toBe(2);
});
