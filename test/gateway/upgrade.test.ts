import { readdirSync, renameSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readStatus } from '../../gateway/agent/status.ts';
import { constants } from '../../gateway/layout/index.ts';
import { describeKernel } from '../kernel/availability.ts';
import { from, tcp } from '../kernel/packets.ts';
import { OwnNetwork, type RunningGateway } from './support/own-network.ts';

const policies = (version: string, to: string) => `apiVersion: sallyport.dev/v1
kind: AgentPolicy
metadata: {name: alpha, version: ${version}}
spec:
  workloads: {cidrs: [10.8.1.0/24]}
  allow: [{id: web, to: {cidr: ${to}}, protocol: tcp, ports: [443]}]
`;
const before = policies('1.0.0', '192.0.2.0/25');
const after = policies('2.0.0', '192.0.2.128/25');
const broken = before.replace('192.0.2.0/25', '192.0.2.7/25');
const present = `v${constants.LAYOUT_VERSION}`;
/** As an earlier version of Sallyport named its layout. */
const earlier = `v${constants.LAYOUT_VERSION - 1}`;
const changeOver = resolve(import.meta.dirname, 'support/change-over-main.ts');

describeKernel('a version with another layout of maps', () => {
  let network: OwnNetwork;
  let gateway: RunningGateway;
  let folder = '';
  let port = 20_000;
  /** Layouts. */
  const pinned = () => readdirSync(network.pins).sort();
  /** Numbers of the programs on the interface. */
  const programs = async () => {
    const sides = ['ingress', 'egress'].map((side) =>
      network.inside('tc', ['filter', 'show', 'dev', 'gw0', side]),
    );
    return (await Promise.all(sides)).map(({ stdout }) => / id (\d+)/.exec(stdout)?.[1]);
  };
  /** What comes out on the far side, of packets to both blocks. */
  const carried = async () => {
    const frames = ['192.0.2.10', '192.0.2.200'].map((dst) =>
      tcp(from('10.8.1.5', ++port).to(dst)),
    );
    return network.carried(frames);
  };
  /** The rules in force become those of an earlier version, which knew another layout. */
  const age = () => renameSync(`${network.pins}/${present}`, `${network.pins}/${earlier}`);

  beforeAll(async () => {
    network = await OwnNetwork.create('upgrade');
    folder = await network.write(before);
    gateway = await network.start();
    await gateway.logged('applied');
    await gateway.stop();
    age();
  });
  afterAll(() => network?.remove());

  it('leaves the old programs and rules in force while it has none', async () => {
    const old = await programs();
    await network.write(broken);
    gateway = await network.start();
    await gateway.logged('rejected');
    expect(pinned()).toEqual([earlier, present]);
    expect(await programs()).toEqual(old);
    expect(await carried()).toEqual(['192.0.2.10']);
  });

  it('takes over with its first rules, and removes what the old one has pinned', async () => {
    const old = await programs();
    await network.write(after);
    expect(await gateway.logged('changed-over')).toMatchObject({ from: [earlier] });
    await gateway.logged('applied');
    expect(pinned()).toEqual([present]);
    expect(await programs()).not.toContain(old[0]);
    expect(await carried()).toEqual(['192.0.2.200']);
    await gateway.stop();
  });

  it('is whole wherever it dies, and each start goes on where the one before ended', async () => {
    age();
    await network.write(before);
    const interfaces = [String(await network.ifindex('gw0'))];
    const judged: Record<string, readonly string[]> = {};
    for (const step of ['opened', 'applied', 'attached']) {
      const args = [changeOver, network.name, folder, step, ...interfaces];
      const { signal } = await network.inside(process.execPath, args, { reject: false });
      expect(signal).toBe('SIGKILL');
      expect(pinned()).toEqual([earlier, present]);
      judged[step] = await carried();
    }
    // Never nothing, never a mix: by the old rules, then by the new.
    expect(judged).toEqual({
      opened: ['192.0.2.200'],
      applied: ['192.0.2.200'],
      attached: ['192.0.2.10'],
    });
    gateway = await network.start();
    await gateway.logged('changed-over');
    expect(pinned()).toEqual([present]);
    expect(await carried()).toEqual(['192.0.2.10']);
    await gateway.stop();
  }, 60_000);

  it('is not read by one that knows another: status says so', async () => {
    age();
    await expect(readStatus(network.name)).rejects.toThrow(`holds maps of layout ${earlier}`);
    renameSync(`${network.pins}/${earlier}`, `${network.pins}/${present}`);
  });
});
