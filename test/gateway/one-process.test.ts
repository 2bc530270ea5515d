import { unlinkSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { constants } from '../../gateway/layout/index.ts';
import { describeKernel } from '../kernel/availability.ts';
import { OwnNetwork, type RunningGateway } from './support/own-network.ts';

const policies = `apiVersion: sallyport.dev/v1
kind: AgentPolicy
metadata: {name: alpha, version: 1.0.0}
spec:
  workloads: {cidrs: [10.8.1.0/24]}
  allow: [{id: web, to: {cidr: 192.0.2.0/24}, protocol: tcp, ports: [443]}]
`;

describeKernel('a gateway whose process hangs', () => {
  let network: OwnNetwork;
  let gateway: RunningGateway;

  beforeAll(async () => {
    network = await OwnNetwork.create('hangs');
    await network.write(policies);
    gateway = await network.start();
    await gateway.logged('applied');
    process.kill(gateway.pid, 'SIGSTOP');
  });
  afterAll(() => network?.remove());

  it.each(['run', 'detach'])(
    'still keeps a second process away from its maps: %s',
    async (name) => {
      const more = name === 'run' ? ['--interface', 'gw0', '--policies', '.'] : [];
      const second = await network.command(name, '--name', network.name, ...more);
      expect(second.stderr).toContain('does not answer');
      expect(second.exitCode).toBe(3);
      expect(await network.status()).toMatchObject({ generation: 1, interfaces: ['gw0'] });
    },
  );

  it('gives way when it is killed', async () => {
    await gateway.kill();
    gateway = await network.start();
    expect(gateway.of('adopted')).toHaveLength(1);
    expect(await gateway.stop()).toBe(0);
  });

  it('does not go on with a map of its own in the place of one that was removed', async () => {
    unlinkSync(`${network.pins}/v${constants.LAYOUT_VERSION}/sp_blocks`);
    const args = ['--name', network.name, '--interface', 'gw0', '--policies', '.'];
    const next = await network.command('run', ...args);
    expect(next.stderr).toContain('lacks sp_blocks');
    expect(next.exitCode).toBe(3);
  });
});
