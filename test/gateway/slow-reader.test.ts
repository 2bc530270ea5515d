import { once } from 'node:events';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { waitFor } from '../../lab/net/index.ts';
import { describeKernel } from '../kernel/availability.ts';
import { from, tcp } from '../kernel/packets.ts';
import { OwnNetwork } from './support/own-network.ts';

const policies = (version: string) => `apiVersion: sallyport.dev/v1
kind: AgentPolicy
metadata: {name: alpha, version: ${version}}
spec:
  workloads: {cidrs: [10.8.1.0/24]}
  allow: [{id: web, to: {cidr: 192.0.2.0/24}, protocol: tcp, ports: [443]}]
`;

// More lines than a pipe holds (64 KiB), each some 400 bytes long.
const LINES = 600;

describeKernel('a gateway whose log nobody reads any more', () => {
  let network: OwnNetwork;
  let gateway: ReturnType<OwnNetwork['startUnread']>;
  const generation = (least: number) =>
    waitFor(
      `generation ${least}`,
      async () => {
        const { stdout } = await network.command('status', '--name', network.name, '--json');
        return stdout !== '' && JSON.parse(stdout).generation >= least;
      },
      { deadline: 10_000 },
    );

  beforeAll(async () => {
    network = await OwnNetwork.create('unread');
    await network.write(policies('1.0.0'));
    gateway = network.startUnread();
  });
  afterAll(() => network?.remove());

  it('puts new rules in force all the same', async () => {
    await generation(1);
    const path = (port: number) => tcp(from('10.8.1.5', port).to('198.51.100.1'));
    await network.sendFromAgent(Array.from({ length: LINES }, (_, i) => path(10_000 + i)));
    await waitFor(
      'the packets',
      async () => ((await network.status()).packets['no-clause'] ?? 0) >= LINES,
      { deadline: 10_000 },
    );
    await network.write(policies('1.0.1'));
    await generation(2);
    expect(await network.status()).toMatchObject({ agents: [{ version: '1.0.1' }] });
  });

  it('ends when it is told to', async () => {
    const ended = once(gateway, 'exit');
    gateway.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
    expect(await network.status()).toMatchObject({ generation: 2, process: null });
  });
});
