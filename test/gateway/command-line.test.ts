import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeKernel } from '../kernel/availability.ts';
import { OwnNetwork } from './support/own-network.ts';

const main = resolve(import.meta.dirname, '../../gateway/agent/main.ts');
const run = (...args: string[]) => execa(process.execPath, [main, ...args], { reject: false });

const policies = `apiVersion: sallyport.dev/v1
kind: AgentPolicy
metadata: {name: alpha, version: 1.0.0}
spec:
  workloads: {cidrs: [10.8.1.0/24]}
  allow: [{id: web, to: {cidr: 192.0.2.0/24}, protocol: tcp, ports: [443]}]
`;

describe('sallyport-gateway', () => {
  it('explains itself, with an example and its exit codes', async () => {
    const { exitCode, stdout } = await run('--help');
    expect(exitCode).toBe(0);
    for (const text of ['run', 'status', 'decide', 'detach', 'Example:', 'Exit codes:']) {
      expect(stdout).toContain(text);
    }
  });

  it.each(['run', 'status', 'decide', 'detach'])(
    'explains %s, with an example',
    async (command) => {
      const { exitCode, stdout } = await run(command, '--help');
      expect(exitCode).toBe(0);
      expect(stdout).toMatch(/Examples?:/);
      expect(stdout).toContain('Exit codes:');
    },
  );

  it.each<[string, string[], string]>([
    ['an unknown command', ['frobnicate'], "unknown command 'frobnicate'"],
    ['no interface', ['run', '--policies', '.'], '--interface'],
    ['a name that is no folder', ['status', '--name', '../etc'], 'letters'],
    ['no folder', ['decide'], "missing required argument 'dir'"],
  ])('answers wrong usage with exit code 2: %s', async (_title, args, message) => {
    const { exitCode, stderr } = await run(...args);
    expect(stderr).toContain(message);
    expect(exitCode).toBe(2);
  });
});

describeKernel('sallyport-gateway without privileges', () => {
  const nobody = (...args: string[]) =>
    execa(
      'setpriv',
      ['--reuid=65534', '--regid=65534', '--clear-groups', process.execPath, main, ...args],
      {
        reject: false,
        input: '{"agent":"alpha","dst":"192.0.2.1","protocol":"tcp","port":443}\n',
      },
    );
  let network: OwnNetwork;
  beforeAll(async () => {
    network = await OwnNetwork.create('nobody');
  });
  afterAll(() => network?.remove());

  it.each([
    ['run', ['run', '--interface', 'lo', '--policies', '.']],
    ['status', ['status']],
    ['detach', ['detach']],
  ])('says what %s needs', async (_title, args) => {
    const { exitCode, stderr } = await nobody(...args);
    expect(stderr).toContain('Run as root');
    expect(exitCode).toBe(3);
  });

  it('says what decide needs', async () => {
    const folder = await network.write(policies);
    execFileSync('chmod', ['-R', 'a+rX', folder]);
    const { exitCode, stderr } = await nobody('decide', folder);
    expect(stderr).toContain('Run as root');
    expect(exitCode).toBe(3);
  });
});

describeKernel('sallyport-gateway, refused', () => {
  let network: OwnNetwork;
  const start = (link: string) =>
    network.command('run', '--name', network.name, '--interface', link, '--policies', '.');
  beforeAll(async () => {
    network = await OwnNetwork.create('refused');
  });
  afterAll(() => network?.remove());

  it.each([
    ['an interface that does not exist', 'eth77', 'eth77'],
    ['an interface without Ethernet frames', 'lo', 'carries no Ethernet'],
  ])('names %s', async (_title, link, message) => {
    const { exitCode, stderr } = await start(link);
    expect(stderr).toContain(message);
    expect(exitCode).toBe(3);
    expect(existsSync(network.pins)).toBe(false);
  });

  it('names maps of another layout version, and leaves them alone', async () => {
    const foreign = join(network.pins, 'v999');
    mkdirSync(foreign, { recursive: true, mode: 0o700 });
    try {
      const { exitCode, stderr } = await network.command('status', '--name', network.name);
      expect(stderr).toContain('v999');
      expect(stderr).toContain('changes over');
      expect(exitCode).toBe(3);
      expect(readdirSync(network.pins)).toEqual(['v999']);
    } finally {
      rmdirSync(foreign);
      rmdirSync(network.pins);
    }
  });

  it('trusts no folder of pins that another user can change', async () => {
    mkdirSync(network.pins, { recursive: true });
    execFileSync('chown', ['65534', network.pins]);
    try {
      const { exitCode, stderr } = await start('gw0');
      expect(stderr).toContain(network.pins);
      expect(stderr).toContain('user 65534');
      expect(exitCode).toBe(3);
    } finally {
      rmdirSync(network.pins);
    }
  });

  it('says that nothing is in force where nothing is', async () => {
    const status = await network.command('status', '--name', network.name);
    expect(status.stderr).toContain('No gateway is in force');
    expect(status.exitCode).toBe(3);
    const detach = await network.command('detach', '--name', network.name);
    expect(detach).toMatchObject({ exitCode: 0, stdout: 'nothing was in force' });
  });
});
