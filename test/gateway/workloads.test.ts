import { existsSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { waitFor } from '../../lab/net/index.ts';
import { describeKernel } from '../kernel/availability.ts';
import { from, segments, tcp } from '../kernel/packets.ts';
import { OwnNetwork, type RunningGateway } from './support/own-network.ts';
import { call } from './support/registry-ground.ts';

const policies = `apiVersion: sallyport.dev/v1
kind: AgentPolicy
metadata: {name: alpha, version: 1.0.0}
spec:
  workloads: {selector: {app: alpha}}
  allow:
    - {id: web, to: {cidr: 192.0.2.0/24}, protocol: tcp, ports: [443], onBehalfOf: ["user:ada"]}
`;
const web = (srcPort: number, flags: number = segments.syn) =>
  tcp(from('10.8.1.5', srcPort).to('192.0.2.10'), flags);

// One story, told in order.
describeKernel('a replica that registers at a running gateway', () => {
  let network: OwnNetwork;
  let gateway: RunningGateway;
  const workloads = (...args: string[]) =>
    network.command('workloads', ...args, '--name', network.name);
  const flow = (srcPort: number, kind: string) =>
    waitFor(
      `the flow from port ${srcPort}`,
      () => gateway.of('flow').find((line) => line.srcPort === srcPort && line.kind === kind),
      { deadline: 10_000 },
    );
  /** As an orchestrator does it. */
  const put = (id: string, stated: object) => {
    const socketPath = `/run/sallyport/${network.name}/workloads.sock`;
    const body = { addresses: ['10.8.1.5'], labels: { app: 'alpha' }, ...stated };
    return call({ socketPath }, 'PUT', `/v1/workloads/${id}`, body);
  };
  const registered = () => gateway.of('workload').map(({ kind }) => kind);
  const ada = ['--address', '10.8.1.5', '--label', 'app=alpha', '--principal', 'user:ada'];

  beforeAll(async () => {
    network = await OwnNetwork.create('workloads');
    await network.write(policies);
    gateway = await network.start();
    await gateway.logged('applied');
  });
  afterAll(() => network?.remove());

  it('is unknown before', async () => {
    await network.sendFromAgent([web(40000)]);
    expect(await flow(40000, 'deny')).toMatchObject({ reason: 'unknown-workload', agent: null });
  });

  it('is governed after, and its flows say for whom they were', async () => {
    const { stdout, exitCode } = await workloads('register', 'replica-7', ...ada);
    expect({ stdout, exitCode }).toMatchObject({
      stdout: expect.stringContaining('replica-7 is alpha until '),
      exitCode: 0,
    });
    await network.sendFromAgent([web(40001)]);
    expect(await flow(40001, 'new')).toMatchObject({
      agent: 'alpha',
      policyVersion: '1.0.0',
      clause: 'AgentPolicy/alpha#web',
      onBehalfOf: ['user:ada'],
    });
    expect((await workloads()).stdout).toMatch(/^replica-7 +alpha +10\.8\.1\.5 +user:ada +20/m);
    expect(await network.status()).toMatchObject({ agents: [{ name: 'alpha', workloads: 1 }] });
  });

  it('is told why where it cannot be', async () => {
    const args = ['--address', '10.8.1.6', '--label', 'app=beta'];
    const { stderr, exitCode } = await workloads('register', 'other', ...args);
    expect(stderr).toContain('no-agent');
    expect(stderr).toContain('app=beta');
    expect(exitCode).toBe(2);
  });

  it('outlives the gateway’s process, and is known to the next', async () => {
    await gateway.stop();
    const { stderr, exitCode } = await workloads();
    expect({ stderr, exitCode }).toMatchObject({
      stderr: expect.stringContaining('No process of gateway'),
      exitCode: 3,
    });
    gateway = await network.start();
    await gateway.logged('applied');
    const { stdout } = await workloads('--json');
    expect(JSON.parse(stdout)).toMatchObject([{ id: 'replica-7', agent: 'alpha' }]);
    await network.sendFromAgent([web(40002)]);
    expect(await flow(40002, 'new')).toMatchObject({ onBehalfOf: ['user:ada'] });
  });

  it('loses its open flow when it acts for somebody else, and all when it is removed', async () => {
    await put('replica-7', { principals: [] });
    await network.sendFromAgent([web(40002, segments.data)]);
    expect(await flow(40002, 'deny')).toMatchObject({ reason: 'no-clause', onBehalfOf: [] });
    expect((await workloads('remove', 'replica-7')).stdout).toBe('replica-7 is removed');
    await network.sendFromAgent([web(40003)]);
    expect(await flow(40003, 'deny')).toMatchObject({ reason: 'unknown-workload' });
    expect(registered()).toEqual(['changed', 'removed']);
  });

  it('leaves nothing when the gateway is detached', async () => {
    await put('replica-7', { principals: ['user:ada'] });
    await gateway.stop();
    await network.command('detach', '--name', network.name);
    expect(existsSync(`/run/sallyport/${network.name}.workloads`)).toBe(false);
  });
});
