import { existsSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { constants } from '../../gateway/layout/index.ts';
import { waitFor } from '../../lab/net/index.ts';
import { describeKernel } from '../kernel/availability.ts';
import { edited, from, ping, protocols, raw, tcp } from '../kernel/packets.ts';
import { OwnNetwork, type RunningGateway } from './support/own-network.ts';

const policies = `apiVersion: sallyport.dev/v1
kind: AgentPolicy
metadata: {name: alpha, version: 1.2.0}
spec:
  identity: {spiffe: "spiffe://corp/agents/alpha"}
  workloads: {cidrs: [10.8.1.0/24, "fd00:8:1::/64"]}
  allow:
    - {id: web, to: {cidr: 192.0.2.0/24}, protocol: tcp, ports: [443]}
`;
const principals = Array.from({ length: 65 }, (_, i) => `user:u${i}`);
const crowded = policies.replace('ports: [443]', `ports: [443], onBehalfOf: [${principals}]`);
const broken = policies.replace('cidr: 192.0.2.0/24', 'cidr: 192.0.2.7/24');
const web = (srcPort: number) => tcp(from('10.8.1.5', srcPort).to('192.0.2.10'));

// One story, told in order: each test goes on where the one before ended.
describeKernel('a gateway from its first start to its end', () => {
  let network: OwnNetwork;
  let gateway: RunningGateway;
  const filters = async () => {
    const sides = ['ingress', 'egress'].map((side) =>
      network.inside('tc', ['filter', 'show', 'dev', 'gw0', side]),
    );
    return (await Promise.all(sides)).map(({ stdout }) => stdout);
  };
  const hasClsact = async () =>
    (await network.inside('tc', ['qdisc', 'show', 'dev', 'gw0'])).stdout.includes('clsact');
  /** How many packets were counted for a reason, once it is at least so many. */
  const packets = (reason: string, least: number) =>
    waitFor(
      `${least} packets counted as ${reason}`,
      async () => {
        const { [reason]: count = 0 } = (await network.status()).packets;
        return count >= least && count;
      },
      { deadline: 10_000 },
    );

  beforeAll(async () => {
    network = await OwnNetwork.create('life');
  });
  afterAll(() => network?.remove());

  it('begins with broken policies: refuses everything, and says so', async () => {
    await network.write(broken);
    gateway = await network.start();
    const rejected = await gateway.logged('rejected');
    expect(rejected.message).toContain('policies.yaml:8');
    expect(gateway.of('applied')).toEqual([]);
    expect(await network.status()).toMatchObject({
      generation: 0,
      agents: [],
      interfaces: ['gw0'],
    });
    await network.sendFromAgent([web(40000), web(40001)]);
    expect(await packets('not-ready', 2)).toBeGreaterThanOrEqual(2);
  });

  it('enforces the policies as soon as they are in order', async () => {
    await network.write(policies);
    expect(await gateway.logged('applied')).toMatchObject({ agents: 1, generation: 1 });
    await network.sendFromAgent([web(40002)]);
    expect(await packets('allowed', 1)).toBe(1);
  });

  it('logs flows with agent, version and clause', async () => {
    await network.sendFromAgent([tcp(from('10.8.1.5', 40003).to('192.0.2.10', 22))]);
    const denied = await waitFor(
      'the denied flow',
      () => gateway.of('flow').find(({ port }) => port === 22),
      { deadline: 10_000 },
    );
    expect(denied).toMatchObject({
      decision: 'deny',
      reason: 'no-clause',
      agent: 'alpha',
      policyVersion: '1.2.0',
      identity: { spiffe: 'spiffe://corp/agents/alpha' },
      src: '10.8.1.5',
      dst: '192.0.2.10',
      interface: 'gw0',
    });
  });

  it('keeps what is in force when an edit is broken', async () => {
    const before = gateway.of('rejected').length;
    await network.write(broken);
    await gateway.logged('rejected', before + 1);
    expect(await network.status()).toMatchObject({ generation: 1 });
    await network.sendFromAgent([web(40004)]);
    expect(await packets('allowed', 2)).toBe(2);
    await network.write(policies);
  });

  it('keeps it too when the data plane cannot hold an edit, and says what of it', async () => {
    const before = gateway.of('rejected').length;
    await network.write(crowded);
    const { message } = await gateway.logged('rejected', before + 1);
    expect(message).toContain('the last good rules stay in force');
    expect(message).toContain('AgentPolicy/alpha and the denies of guardrails name 65 principals');
    expect(await network.status()).toMatchObject({
      generation: 1,
      process: { last: { ok: false, message } },
    });
    const { stdout } = await network.command('status', '--name', network.name);
    expect(stdout).toMatch(/^last change +rejected.*65 principals/m);
    await network.sendFromAgent([web(40005)]);
    expect(await packets('allowed', 3)).toBe(3);
    await network.write(policies);
    await gateway.logged('settled', gateway.of('settled').length + 1);
  });

  it('says what is in force, as JSON and in words', async () => {
    const status = await network.status();
    expect(status).toMatchObject({
      name: network.name,
      interfaces: ['gw0'],
      generation: 1,
      agents: [{ name: 'alpha', version: '1.2.0', mode: 'enforce', flows: 3 }],
      lost: { events: 0, learned: 0, names: 0, questions: 0, replies: 0 },
    });
    expect(status.ruleSetDigest).toMatch(/^[0-9a-f]{64}$/);
    const { stdout } = await network.command('status', '--name', network.name);
    expect(stdout).toMatch(/^alpha +1\.2\.0 +enforce +3 /m);
  });

  it('keeps a second process of its name away', async () => {
    const args = ['--name', network.name, '--interface', 'gw0', '--policies', '.'];
    const second = await network.command('run', ...args);
    expect(second.stderr).toContain('runs already');
    expect(second.exitCode).toBe(3);
    const detach = await network.command('detach', '--name', network.name);
    expect(detach.stderr).toContain('Stop it first');
    expect(detach.exitCode).toBe(3);
    expect(await network.status()).toMatchObject({ generation: 1, interfaces: ['gw0'] });
  });

  it('sees frames that are too short for a header', async () => {
    const v6 = tcp(from('fd00:8:1::5').to('2001:db8::10'));
    const { malformed = 0 } = (await network.status()).packets;
    await network.sendFromAgent([
      web(1).subarray(0, 24),
      v6.subarray(0, 40),
      web(1).subarray(0, 14),
    ]);
    expect(await packets('malformed', malformed + 3)).toBe(malformed + 3);
  });

  it('lets neighbours be asked on the link, and nothing be carried off it that way', async () => {
    const solicitation = (dst: string) => {
      const frame = raw(
        from('fd00:8:1::5').to(dst),
        protocols.icmp6,
        ping(from('::1').to(dst)).subarray(54),
      );
      return edited(frame, { 7: 255, 40: 135 });
    };
    const { protocol = 0 } = (await network.status()).packets;
    await network.sendFromAgent([
      solicitation('ff02::1:ff00:1'),
      solicitation('fd00:8:1::1'),
      solicitation('2001:db8::66'),
      solicitation('2001:db8::67'),
    ]);
    expect(await packets('protocol', protocol + 2)).toBe(protocol + 2);
  });

  it('ends cleanly, and its rules stay in force', async () => {
    expect(await gateway.stop()).toBe(0);
    expect(gateway.of('stopped')).toHaveLength(1);
    expect(await network.status()).toMatchObject({
      process: null,
      generation: 1,
      interfaces: ['gw0'],
    });
    const { allowed = 0 } = (await network.status()).packets;
    await network.sendFromAgent([web(40005), tcp(from('10.8.1.5', 40006).to('192.0.2.10', 22))]);
    expect(await packets('allowed', allowed + 1)).toBe(allowed + 1);
  });

  it('adopts them when it comes back', async () => {
    gateway = await network.start();
    expect(gateway.of('adopted')).toMatchObject([{ generation: 1 }]);
    const applied = await gateway.logged('applied');
    expect(applied.generation).toBe(2);
    await gateway.stop();
  });

  it('leaves another program’s filter on the interface as it was', async () => {
    const other = ['dev', 'gw0', 'ingress', 'prio', '7', 'handle', '7', 'bpf', 'direct-action'];
    const program = `${network.pins}/v${constants.LAYOUT_VERSION}/program_sp_empty`;
    await network.inside('tc', ['filter', 'add', ...other, 'object-pinned', program]);
    const { stdout } = await network.command('detach', '--name', network.name);
    expect(stdout).toContain('detached from gw0');
    const [ingress = '', egress = ''] = await filters();
    expect(ingress).toContain('pref 7');
    expect(ingress).not.toContain('pref 1 ');
    expect(egress).toBe('');
    expect(await hasClsact()).toBe(true);
    await network.inside('tc', ['qdisc', 'del', 'dev', 'gw0', 'clsact']);
  });

  it('leaves nothing of itself when it is detached', async () => {
    gateway = await network.start();
    await gateway.logged('applied');
    expect((await filters()).every((text) => text.includes('sp_'))).toBe(true);
    await gateway.stop();
    const { exitCode, stdout } = await network.command('detach', '--name', network.name, '--json');
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ interfaces: ['gw0'], pins: true });
    expect(await filters()).toEqual(['', '']);
    expect(await hasClsact()).toBe(false);
    expect(existsSync(network.pins)).toBe(false);
    expect(existsSync(`/run/sallyport/${network.name}`)).toBe(false);
    expect(existsSync(`/run/sallyport/${network.name}.lock`)).toBe(false);
  });
});
