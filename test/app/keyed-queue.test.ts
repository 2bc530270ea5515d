import { expect, test } from 'vitest';
import { KeyedQueue } from '../../src/app/queue/index.ts';
import { until } from './bot-lab.ts';

interface Running {
  readonly key: string;
  readonly signal: AbortSignal;
  readonly end: () => void;
  readonly fail: () => void;
}

function controlledQueue({ concurrency = 2, retryAfter = [] as number[] } = {}) {
  const running: Running[] = [];
  const failures: (number | undefined)[] = [];
  const queue = new KeyedQueue({
    concurrency,
    retryAfter,
    failed: (_, __, retryInMs) => failures.push(retryInMs),
    run(key, signal) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      running.push({ key, signal, end: resolve, fail: () => reject(new Error('failed')) });
      return promise;
    },
  });
  return { queue, running, failures };
}

test('what starts is not superseded by its own request', () => {
  const { queue, running } = controlledQueue();
  queue.add('a');
  expect(running.map(({ key, signal }) => [key, signal.aborted])).toEqual([['a', false]]);
});

test('asked again while it runs: it is told, and runs once more, however often it was asked', async () => {
  const { queue, running } = controlledQueue();
  queue.add('a');
  queue.add('a');
  queue.add('a');
  expect(running).toHaveLength(1);
  expect(running[0]?.signal.aborted).toBe(true);
  running[0]?.end();
  await until('it runs again', () => running.length === 2);
  expect(running[1]?.signal.aborted).toBe(false);
  running[1]?.end();
  await until('all is done', () => queue.size === 0);
  expect(running).toHaveLength(2);
});

test('keys run side by side up to the limit', async () => {
  const { queue, running } = controlledQueue({ concurrency: 2 });
  for (const key of ['a', 'b', 'c']) queue.add(key);
  expect(running.map(({ key }) => key)).toEqual(['a', 'b']);
  running[1]?.end();
  await until('the next begins', () => running.length === 3);
  expect(running[2]?.key).toBe('c');
});

test('a failure is tried again after each wait, then dropped', async () => {
  const { queue, running, failures } = controlledQueue({ retryAfter: [1, 1] });
  queue.add('a');
  for (const turn of [0, 1, 2]) {
    await until('it runs', () => running.length === turn + 1);
    running[turn]?.fail();
  }
  await until('it is dropped', () => queue.size === 0);
  expect(failures).toEqual([1, 1, undefined]);
});

test('stopping tells what runs, waits for it, and starts nothing more', async () => {
  const { queue, running } = controlledQueue({ concurrency: 1 });
  queue.add('a');
  queue.add('b');
  const stopped = queue.stop();
  expect(running[0]?.signal.aborted).toBe(true);
  running[0]?.end();
  await stopped;
  queue.add('c');
  expect(running.map(({ key }) => key)).toEqual(['a']);
});
