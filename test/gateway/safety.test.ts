import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { objectPath } from '../../gateway/kernel/index.ts';
import { constants } from '../../gateway/layout/index.ts';
import { describeKernel } from '../kernel/availability.ts';
import { from, tcp } from '../kernel/packets.ts';
import { brokenObject } from './support/broken-object.ts';
import { OwnNetwork, type RunningGateway } from './support/own-network.ts';

const policies = `apiVersion: sallyport.dev/v1
kind: AgentPolicy
metadata: {name: alpha, version: 1.0.0}
spec:
  workloads: {cidrs: [10.8.1.0/24]}
  allow: [{id: web, to: {cidr: 192.0.2.0/25}, protocol: tcp, ports: [443]}]
`;
const openObject = resolve(import.meta.dirname, 'support/open-object-main.ts');

// One story, told in order.
describeKernel('a gateway on a machine that others use too', () => {
  let network: OwnNetwork;
  let gateway: RunningGateway;
  let folder = '';
  let port = 30_000;
  const tc = (...args: string[]) => network.inside('tc', args).then(({ stdout }) => String(stdout));
  const shown = async () => [
    await tc('filter', 'show', 'dev', 'gw0', 'ingress'),
    await tc('filter', 'show', 'dev', 'gw0', 'egress'),
  ];
  /** Lines about filters of others. */
  const foreign = async () =>
    (await shown()).map((text) => text.split('\n').filter((line) => line.includes('pref 7')));
  const programs = async () => (await shown()).map((text) => /pref 1 .* id (\d+)/.exec(text)?.[1]);
  const carried = () => {
    const to = (dst: string) => tcp(from('10.8.1.5', ++port).to(dst));
    return network.carried([to('192.0.2.10'), to('192.0.2.200')]);
  };

  beforeAll(async () => {
    network = await OwnNetwork.create('safety');
    folder = await network.write(policies);
    gateway = await network.start();
    await gateway.logged('applied');
  });
  afterAll(() => network?.remove());

  it('leaves filters and rules of others as they were, when it is killed, comes back and goes', async () => {
    await network.inside('nft', [
      'add table inet other; add chain inet other c { type filter hook forward priority 0; }; add rule inet other c counter accept',
    ]);
    const rules = () =>
      network.inside('nft', ['--stateless', 'list', 'ruleset']).then(({ stdout }) => stdout);
    const rulesBefore = await rules();
    expect(rulesBefore).toContain('accept');
    const program = `${network.pins}/v${constants.LAYOUT_VERSION}/program_sp_empty`;
    for (const side of ['ingress', 'egress']) {
      const place = ['dev', 'gw0', side, 'prio', '7', 'handle', '7', 'bpf', 'direct-action'];
      await tc('filter', 'add', ...place, 'object-pinned', program);
    }
    const before = await foreign();
    expect(before.flat()).toHaveLength(2 * 2);
    await gateway.kill();
    expect(await foreign()).toEqual(before);
    gateway = await network.start();
    await gateway.logged('applied');
    expect(await foreign()).toEqual(before);
    expect(await carried()).toEqual(['192.0.2.10']);
    expect(await rules()).toBe(rulesBefore);
  });

  it('governs an interface again that was removed and has come back', async () => {
    await network.inside('ip', ['link', 'delete', 'gw0']);
    await gateway.logged('interface-gone');
    await network.link('gw0', 'agent0', '10.8.1.1/24');
    await gateway.logged('reattached');
    expect(await carried()).toEqual(['192.0.2.10']);
  });

  it('goes on with the programs that it has when the kernel refuses new ones', async () => {
    await gateway.stop();
    const before = await programs();
    const path = join(folder, 'broken.bpf.o');
    await writeFile(path, brokenObject(readFileSync(objectPath())));
    const args = [openObject, network.name, path];
    const { exitCode, stderr } = await network.inside(process.execPath, args, { reject: false });
    expect(exitCode).not.toBe(0);
    expect(String(stderr)).toContain('The kernel refused the eBPF programs');
    expect(await programs()).toEqual(before);
    expect(await carried()).toEqual(['192.0.2.10']);
  });

  it('takes nothing with it that is not its own', async () => {
    for (const side of ['ingress', 'egress']) {
      const program = `${network.pins}/v${constants.LAYOUT_VERSION}/program_sp_empty`;
      const place = ['dev', 'gw0', side, 'prio', '7', 'handle', '7', 'bpf', 'direct-action'];
      await tc('filter', 'add', ...place, 'object-pinned', program);
    }
    const before = await foreign();
    await network.command('detach', '--name', network.name);
    expect(await foreign()).toEqual(before);
    expect(await programs()).toEqual([undefined, undefined]);
    const { stdout } = await network.inside('nft', ['list', 'tables']);
    expect(stdout).toContain('table inet other');
  });
});
