import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { isAlive, labInstance, markedEnvironment, processesOf } from '../../lab/net/index.ts';

const instance = labInstance('finding');
const children: ChildProcess[] = [];

function start(env: Record<string, string>): number {
  const child = spawn('sleep', ['60'], { env: { ...process.env, ...env }, stdio: 'ignore' });
  children.push(child);
  return child.pid as number;
}

afterEach(async () => {
  for (const child of children.splice(0)) {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }
});

describe.skipIf(process.platform !== 'linux')('processesOf', () => {
  it('finds a process by its mark, without any record of it, and no other’s', async () => {
    const ours = start(markedEnvironment(instance));
    start(markedEnvironment(labInstance('another')));
    start({});
    const find = async () => (await processesOf(instance)).map(({ pid }) => pid);
    await expect.poll(find).toEqual([ours]);
    const [found] = await processesOf(instance);
    expect(found?.commandLine).toBe('sleep 60');
  });

  it('no longer finds one that has ended', async () => {
    const pid = start(markedEnvironment(instance));
    await expect.poll(async () => (await processesOf(instance)).length).toBe(1);
    const [found] = await processesOf(instance);
    process.kill(pid, 'SIGKILL');
    await expect.poll(() => processesOf(instance)).toEqual([]);
    expect(found && (await isAlive(found))).toBe(false);
  });
});
