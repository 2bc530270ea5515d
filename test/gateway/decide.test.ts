import { resolve } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeKernel } from '../kernel/availability.ts';
import { OwnNetwork } from './support/own-network.ts';

const main = resolve(import.meta.dirname, '../../gateway/agent/main.ts');
const sallyport = resolve(import.meta.dirname, '../../src/cli/main.ts');

const policies = `apiVersion: sallyport.dev/v1
kind: AgentPolicy
metadata: {name: alpha, version: 1.0.0}
spec:
  workloads: {cidrs: [10.8.1.0/24, "fd00:8:1::/64"]}
  dns: {resolvers: [10.8.0.53]}
  allow:
    - {id: web, to: {cidr: 192.0.2.0/24}, protocol: tcp, ports: [443]}
    - {id: site, to: {host: "*.example.com"}, protocol: tcp, ports: [443]}
`;

describeKernel('sallyport-gateway decide', () => {
  let network: OwnNetwork;
  beforeAll(async () => {
    network = await OwnNetwork.create('decide');
  });
  afterAll(() => network?.remove());

  const both = async (folder: string, lines: readonly string[]) => {
    const answer = (script: string) =>
      execa(process.execPath, [script, 'decide', folder], {
        reject: false,
        input: `${lines.join('\n')}\n`,
      });
    const [kernel, evaluator] = await Promise.all([answer(main), answer(sallyport)]);
    return { kernel, evaluator };
  };

  it('gives the lines that sallyport decide gives', async () => {
    const folder = await network.write(policies);
    const { kernel, evaluator } = await both(
      folder,
      [
        { agent: 'alpha', dst: '192.0.2.1', protocol: 'tcp', port: 443 },
        { agent: 'alpha', dst: '192.0.2.1', protocol: 'tcp', port: 22 },
        { agent: 'alpha', dst: '1.2.3.4', names: ['a.example.com'], protocol: 'tcp', port: 443 },
        { src: 'fd00:8:1::5', dst: '2001:db8::1', protocol: 'icmp' },
        { src: '10.9.9.9', dst: '192.0.2.1', protocol: 'tcp', port: 443 },
        { agent: 'alpha', dst: '169.254.169.254', protocol: 'tcp', port: 80 },
        { agent: 'alpha', question: { name: 'a.example.com', type: 'A' } },
        { agent: 'alpha', question: { name: 'evil.example.org', type: 'TXT' } },
      ].map((line) => JSON.stringify(line)),
    );
    expect(kernel.stdout).toBe(evaluator.stdout);
    expect(kernel.stdout.split('\n')).toHaveLength(8);
    expect(JSON.parse(kernel.stdout.split('\n')[0] ?? '')).toMatchObject({
      decision: 'allow',
      clause: 'AgentPolicy/alpha#web',
    });
    expect([kernel.exitCode, evaluator.exitCode]).toEqual([0, 0]);
  });

  it('goes on after a bad line, and tells of it with exit code 2', async () => {
    const folder = await network.write(policies);
    const good = '{"agent":"alpha","dst":"192.0.2.1","protocol":"tcp","port":443}';
    const { kernel, evaluator } = await both(folder, [good, '{"agent":', good]);
    expect(kernel.exitCode).toBe(2);
    expect(evaluator.exitCode).toBe(2);
    expect(kernel.stdout).toBe(evaluator.stdout);
    expect(kernel.stderr).toBe(evaluator.stderr);
    expect(kernel.stdout.match(/"allow"/g)).toHaveLength(2);
  });

  it('refuses broken policies with exit code 1', async () => {
    const folder = await network.write(policies.replace('kind: AgentPolicy', 'kind: Nonsense'));
    const { kernel, evaluator } = await both(folder, []);
    expect(kernel.exitCode).toBe(1);
    expect(kernel.stderr).toBe(evaluator.stderr);
  });
});
