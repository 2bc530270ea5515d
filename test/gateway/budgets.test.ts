import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { waitFor } from '../../lab/net/index.ts';
import { describeKernel } from '../kernel/availability.ts';
import { from, tcp } from '../kernel/packets.ts';
import { OwnNetwork, type RunningGateway } from './support/own-network.ts';

const policies = `apiVersion: sallyport.dev/v1
kind: AgentPolicy
metadata: {name: alpha, version: 1.0.0}
spec:
  workloads: {cidrs: [10.8.1.0/24]}
  budgets: {web: {bytes: 80B, per: month}}
  allow:
    - {id: web, to: {cidr: 192.0.2.0/24}, protocol: tcp, ports: [443], budget: web}
`;
const clause = 'AgentPolicy/alpha#web';

// One story, told in order.
describeKernel('what was spent of a budget', () => {
  let network: OwnNetwork;
  let gateway: RunningGateway;
  let state: string;
  let port = 40000;
  const file = () => join(state, 'budgets.json');
  const start = async () => {
    gateway = await network.start('--state', state);
    await gateway.logged('applied');
  };
  /** As a machine that starts anew: nothing is left in the kernel. */
  const startAnew = async () => {
    await gateway.stop();
    await network.command('detach', '--name', network.name);
    await start();
  };
  const send = () => network.sendFromAgent([tcp(from('10.8.1.5', ++port).to('192.0.2.10'))]);
  const spent = (least: number) =>
    waitFor(
      `${least} bytes spent`,
      async () => {
        const { budgets } = (await network.status()) as { budgets?: { spent: number }[] };
        const [budget] = budgets ?? [];
        return budget && budget.spent >= least && budget;
      },
      { deadline: 10_000 },
    );
  const denials = (least: number) =>
    waitFor(
      `${least} denials`,
      async () => ((await network.status()).packets['budget-spent'] ?? 0) >= least,
      { deadline: 10_000 },
    );

  beforeAll(async () => {
    state = await mkdtemp(join(tmpdir(), 'sallyport-budgets-'));
    network = await OwnNetwork.create('budgets');
    await network.write(policies);
    await start();
  });
  afterAll(async () => {
    await network?.remove();
    await rm(state, { recursive: true, force: true });
  });

  it('is told by status, with limit and end', async () => {
    await send();
    const now = new Date();
    const until = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1)).toISOString();
    expect(await spent(40)).toEqual({ clause, per: 'month', limit: 80, spent: 40, until });
    const { stdout } = await network.command('status', '--name', network.name);
    expect(stdout).toMatch(/^AgentPolicy\/alpha#web +month +40 +80 +20/m);
  });

  it('is kept on the disk while the process runs, and over a restart of the machine', async () => {
    await waitFor('the checkpoint', () => readFile(file(), 'utf8').catch(() => undefined), {
      deadline: 10_000,
    });
    await startAnew();
    expect(await spent(40)).toMatchObject({ spent: 40 });
    await send();
    await spent(80);
    await send();
    await denials(1);
  });

  it('counts as all where the disk says nothing that can be trusted', async () => {
    await gateway.stop();
    await network.command('detach', '--name', network.name);
    const text = await readFile(file(), 'utf8');
    await writeFile(file(), text.replace('"spent":80', '"spent":0'));
    await start();
    expect(gateway.of('budgets-unknown')).toMatchObject([
      { level: 'error', message: expect.stringContaining(file()) },
    ]);
    await send();
    await denials(1);
    const { stdout } = await network.command('status', '--name', network.name);
    expect(stdout).toMatch(/^AgentPolicy\/alpha#web +month +unknown +80/m);
  });
});
