import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { waitFor } from '../../lab/net/index.ts';
import { describeKernel } from '../kernel/availability.ts';
import { OwnMachine } from './support/own-machine.ts';

const policies = `apiVersion: sallyport.dev/v1
kind: AgentPolicy
metadata: {name: alpha, version: 1.2.0}
spec:
  workloads: {cidrs: [10.8.1.0/24]}
  allow: [{id: web, to: {cidr: 203.0.114.80/32}, protocol: tcp, ports: [8080]}]
`;

describeKernel('the process of a governed command', () => {
  let machine: OwnMachine;
  const isAlive = (pid: number) => existsSync(`/proc/${pid}`);

  beforeAll(async () => {
    machine = await OwnMachine.create('proc');
    await machine.write(policies);
  });
  afterAll(() => machine?.remove());

  it('is not begun for root, for an agent that is not there, nor without sound policies', async () => {
    const asRoot = await machine.exec(['true'], ['--agent', 'alpha', '--user', 'root']);
    expect(asRoot).toMatchObject({ exitCode: 2 });
    expect(asRoot.stderr).toContain('runs as root cannot be held');
    expect(await machine.exec(['true'], ['--agent', 'beta'])).toMatchObject({ exitCode: 1 });
    const why = (await machine.logged()).find(({ event }) => event === 'rejected');
    expect(why?.message).toContain('agent beta is not in the policies (those that are: alpha)');
  });

  it('gets signals and files as it should, and ends with all that it has started', async () => {
    const script =
      'trap "exit 42" TERM; setsid sleep 1000 & echo $! $(ls /proc/self/fd | wc -l); while :; do sleep 0.02; done';
    const running = machine.exec(['sh', '-c', script], ['--agent', 'alpha']);
    let said = '';
    running.stdout?.on('data', (chunk) => {
      said += chunk;
    });
    const line = await waitFor('its first line', () => said.includes('\n') && said, {
      deadline: 15_000,
    });
    const [child = '', files] = line.trim().split(' ');
    // Three streams, and the folder that is listed.
    expect(files).toBe('4');
    expect(isAlive(Number(child))).toBe(true);
    running.kill('SIGTERM');
    expect((await running).exitCode).toBe(42);
    expect(isAlive(Number(child))).toBe(false);
  });

  it('stays governed when the one that governs it is killed, and ends when the next begins', async () => {
    const orphan = await machine.probe('--agent', 'alpha');
    const pid = Number((await orphan.do('run echo $PPID')).replace('|', ''));
    orphan.process.kill('SIGKILL');
    await orphan.process;
    expect(readFileSync(`/proc/${pid}/cgroup`, 'utf8')).toContain(`/sallyport/${machine.name}\n`);
    expect(await machine.status()).toMatchObject({ process: null, generation: 1 });
    expect(isAlive(pid)).toBe(true);
    expect(await machine.exec(['sh', '-c', 'kill -KILL $$'], ['--agent', 'alpha'])).toMatchObject({
      exitCode: 137,
    });
    expect(isAlive(pid)).toBe(false);
  });
});
