import { readFileSync } from 'node:fs';
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
  const isAlive = (pid: number) => {
    try {
      return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
    } catch {
      return false;
    }
  };

  const firstLine = async ({ stdout }: ReturnType<OwnMachine['exec']>) => {
    let said = '';
    stdout?.on('data', (chunk) => {
      said += chunk;
    });
    const deadline = 15_000;
    return (
      await waitFor('its first line', () => said.includes('\n') && said, { deadline })
    ).trim();
  };

  beforeAll(async () => {
    machine = await OwnMachine.create('proc');
    await machine.write(policies);
  });
  afterAll(() => machine?.remove());

  it('is not begun for root', async () => {
    const asRoot = await machine.exec(['true'], ['--agent', 'alpha', '--user', 'root']);
    expect(asRoot).toMatchObject({ exitCode: 2 });
    expect(asRoot.stderr).toContain('runs as root cannot be held');
  });

  it('is not begun where there are no rules for its agent', async () => {
    expect(await machine.exec(['true'], ['--agent', 'beta'])).toMatchObject({ exitCode: 1 });
    const why = (await machine.logged()).find(({ event }) => event === 'rejected');
    expect(why?.message).toContain('agent beta is not in the policies (those that are: alpha)');
  });

  it('gets signals and files as it should, and ends with all that it has started', async () => {
    const script =
      'trap "exit 42" TERM; setsid sleep 1000 & echo $! $(ls /proc/self/fd | wc -l); while :; do sleep 0.02; done';
    const running = machine.exec(['sh', '-c', script], ['--agent', 'alpha']);
    const [child = '', files] = (await firstLine(running)).split(' ');
    // Three streams, and the folder that is listed.
    expect(files).toBe('4');
    expect(isAlive(Number(child))).toBe(true);
    running.kill('SIGTERM');
    expect((await running).exitCode).toBe(42);
    expect(isAlive(Number(child))).toBe(false);
  });

  it('stays governed when the one that governs it is killed, and ends when the next begins', async () => {
    const running = machine.exec(['sh', '-c', 'echo $$; exec sleep 100'], ['--agent', 'alpha']);
    const pid = Number(await firstLine(running));
    running.kill('SIGKILL');
    // Not its end as execa sees it: the command still holds the pipes.
    const { pid: governor = 0 } = running;
    await waitFor('its end', () => !isAlive(governor), { deadline: 15_000 });
    expect(readFileSync(`/proc/${pid}/cgroup`, 'utf8')).toContain(`/sallyport/${machine.name}\n`);
    expect(await machine.status()).toMatchObject({ process: null, generation: 1 });
    expect(isAlive(pid)).toBe(true);
    expect(await machine.exec(['sh', '-c', 'kill -KILL $$'], ['--agent', 'alpha'])).toMatchObject({
      exitCode: 137,
    });
    expect(isAlive(pid)).toBe(false);
  });
});
