import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { JsonLog } from '../../lab/instance/index.ts';
import { type Instance, labInstance } from '../../lab/net/index.ts';

let instance: Instance;
const write = (text: string) => appendFile(join(instance.runDirectory, 'gateway.log'), text);

beforeEach(async () => {
  const runDirectory = await mkdtemp(join(tmpdir(), 'sallyport-test-'));
  instance = { ...labInstance('log'), runDirectory };
});
afterEach(() => rm(instance.runDirectory, { recursive: true }));

describe('JsonLog', () => {
  it('is empty before the gateway has written', async () => {
    expect(await JsonLog.fromStart(instance).more()).toEqual([]);
  });

  it('gives each line once, and a half-written one only when it is whole', async () => {
    const log = JsonLog.fromStart(instance);
    await write('{"event":"one"}\n{"event":"t');
    expect(await log.more()).toEqual([{ event: 'one' }]);
    expect(await log.more()).toEqual([]);
    await write('wo"}\n');
    expect(await log.more()).toEqual([{ event: 'two' }]);
  });

  it('starts behind what is there, when asked to', async () => {
    await write('{"event":"old"}\n');
    const log = await JsonLog.fromNow(instance);
    await write('{"event":"new"}\n');
    expect(await log.more()).toEqual([{ event: 'new' }]);
  });

  it('keeps what is not JSON', async () => {
    await write('Error: no privileges\n');
    expect(await JsonLog.fromStart(instance).more()).toEqual([
      { event: 'text', text: 'Error: no privileges' },
    ]);
  });

  it('waits for an event, and says which one did not come', async () => {
    const log = JsonLog.fromStart(instance);
    const awaited = log.until('readiness', ({ event }) => event === 'ready', { deadline: 5000 });
    await write('{"event":"applied"}\n{"event":"ready","n":1}\n');
    expect(await awaited).toEqual({ event: 'ready', n: 1 });
    const never = log.until('an end', ({ event }) => event === 'end', { deadline: 20 });
    await expect(never).rejects.toThrow(/an end in .*gateway\.log: not within 20 ms/);
  });
});
