import { existsSync, readdirSync, unlinkSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { askForDrift } from '../../gateway/agent/control-socket.ts';
import type { Drift } from '../../gateway/agent/drift.ts';
import { type Maps, Pins } from '../../gateway/kernel/index.ts';
import { describeKernel } from '../kernel/availability.ts';
import { OwnNetwork, type RunningGateway } from './support/own-network.ts';

const policies = `apiVersion: sallyport.dev/v1
kind: AgentPolicy
metadata: {name: alpha, version: 1.0.0}
spec:
  workloads: {cidrs: [10.8.1.0/24]}
  windows: {office: {days: [mon, tue], from: "08:00", to: "18:00", timezone: UTC}}
  allow:
    - {id: web, to: {cidr: 192.0.2.0/25}, protocol: tcp, ports: [443]}
    - {id: hours, to: {cidr: 198.51.100.0/24}, protocol: tcp, ports: [443], during: office}
`;

// One story, told in order.
describeKernel('what others change in the kernel', () => {
  let network: OwnNetwork;
  let gateway: RunningGateway;
  let maps: Maps;
  const command = () => network.command('drift', '--name', network.name);
  const look = async (repair = false): Promise<Drift> => {
    const drift = await askForDrift(network.name, repair);
    if (!drift || 'error' in drift) throw new Error(drift?.error ?? 'no answer');
    return drift;
  };
  const spoil = () => {
    for (const key of [...maps.sp_prefixes.keys()]) maps.sp_prefixes.delete(key);
  };

  beforeAll(async () => {
    network = await OwnNetwork.create('drift');
    await network.write(policies);
    gateway = await network.start();
    await gateway.logged('applied');
    maps = new Pins(network.name).openMaps();
  });
  afterAll(() => network?.remove());

  it('is nothing, at first', async () => {
    const { stdout, exitCode } = await command();
    expect(stdout).toMatch(/^no drift: \d+ map entries of generation 1 compared/);
    expect(exitCode).toBe(0);
  });

  it('is in the status: what was read back, and how far the time is known', async () => {
    const status = await network.status();
    expect(status).toMatchObject({
      process: { drift: { count: 0, generation: 1 } },
      time: { isKnown: true, windowsUntil: expect.stringMatching(/^\d{4}-/) },
    });
    const { windowsUntil } = status.time as { windowsUntil: string };
    const days = (Date.parse(windowsUntil) - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(8);
  });

  it('is told, with an exit code of its own, and left as it is unless repair is asked for', async () => {
    spoil();
    expect(await look()).toMatchObject({ repaired: false });
    const { stdout, exitCode } = await command();
    expect(exitCode).toBe(4);
    expect(stdout).toMatch(
      /sp_prefixes: entry removed \(ruleset \d+, length 121, addr 192\.0\.2\.0\)/,
    );
    expect(stdout).toMatch(/^not repaired/m);
    const status = await network.command('status', '--name', network.name);
    expect(status.stdout).toMatch(/^time +known; windows until /m);
    expect(status.stdout).toMatch(/^read back +somebody else has changed .*sp_prefixes/m);
  });

  it('is repaired on demand, logged, and the rules get a new generation', async () => {
    expect(await look(true)).toMatchObject({ repaired: true, generation: 2 });
    expect(gateway.of('drift').at(-1)).toMatchObject({ level: 'error', repaired: true });
    expect(await look()).toMatchObject({ count: 0, generation: 2 });
  });

  it('is repaired by itself after a change of rules', async () => {
    const told = gateway.of('drift').length;
    spoil();
    await network.write(policies.replace('1.0.0', '1.0.1'));
    expect(await gateway.logged('drift', told + 1)).toMatchObject({ repaired: true });
    expect(await look()).toMatchObject({ count: 0 });
  });

  it('is a program taken off the interface, or another in its place: back within seconds', async () => {
    const before = gateway.of('reattached').length;
    const { stdout } = await network.inside('tc', ['filter', 'show', 'dev', 'gw0', 'ingress']);
    const handle = /handle (0x[0-9a-f]+)/.exec(stdout)?.[1] ?? '';
    const ours = ['dev', 'gw0', 'ingress', 'prio', '1', 'handle', handle, 'bpf'];
    const program = ['direct-action', 'object-pinned', `${pinned()}/program_sp_empty`];
    await network.inside('tc', ['filter', 'replace', ...ours, ...program]);
    await gateway.logged('reattached', before + 1);
    await network.inside('tc', ['filter', 'delete', ...ours]);
    const found = await look(true);
    // The gateway looks every two seconds by itself, and may have been faster.
    if (found.count > 0) expect(found.findings).toMatchObject([{ where: 'interface gw0' }]);
    expect(await look()).toMatchObject({ count: 0 });
    expect(gateway.of('reattached')).toHaveLength(before + 2);
  });

  it('is a pin that is gone: a process after this one would begin with an empty map', async () => {
    const where = `${pinned()}/sp_prefixes`;
    unlinkSync(where);
    expect(await look(true)).toMatchObject({ findings: [{ what: 'pin', where }] });
    expect(existsSync(where)).toBe(true);
    expect(await look()).toMatchObject({ count: 0 });
  });

  it('cannot be told without a process, which alone knows what it has written', async () => {
    await gateway.stop();
    const { stderr, exitCode } = await command();
    expect(stderr).toContain('Start it (sallyport-gateway run)');
    expect(exitCode).toBe(3);
  });

  it('is gone when one begins', async () => {
    spoil();
    gateway = await network.start();
    await gateway.logged('applied');
    expect(await look()).toMatchObject({ count: 0 });
  });

  function pinned(): string {
    const [version] = readdirSync(network.pins);
    return `${network.pins}/${version}`;
  }
});
