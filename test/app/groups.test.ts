import { expect, test } from 'vitest';
import { botLab } from './bot-lab.ts';
import { agentPolicy } from './policies.ts';

const group = (name: string, region: string, stage: number) => `apiVersion: sallyport.dev/v1
kind: GatewayGroup
metadata: {name: ${name}, version: 1.0.0, labels: {region: ${region}}}
spec: {stage: ${stage}}
`;
const inRegion = (region: string) => `  gateways: {region: ${region}}\n`;
const files = {
  'policies/groups/eu.yaml': group('eu', 'eu', 1),
  'policies/groups/us.yaml': group('us', 'us', 0),
  'policies/a.yaml': agentPolicy('a', { more: inRegion('eu') }),
  'policies/b.yaml': agentPolicy('b', { subnet: '10.8.2.0/24', more: inRegion('us') }),
  'policies/c.yaml': agentPolicy('c', { subnet: '10.8.3.0/24' }),
};

test('each gateway group gets the agents that it carries, lower stages first', async () => {
  const lab = await botLab({ groups: ['eu', 'us'] });
  const repository = await lab.github.createRepository('acme', 'agents', files);
  await lab.start();
  await lab.quiet();
  const carried = async (name: string) => {
    const bundle = await lab.bundleClient(name).refresh();
    const { agents = [] } = bundle?.ruleSet ?? {};
    return {
      custom: bundle?.custom,
      names: agents.filter((one) => !one.remote).map((one) => one.name),
    };
  };
  expect(await carried('eu')).toMatchObject({
    names: ['a', 'c'],
    custom: { agents: 2, clauses: 2 },
  });
  expect((await carried('us')).names).toEqual(['b', 'c']);
  const order = () =>
    lab.logged.flatMap((line) => (line.msg === 'published' ? [line.group as string] : []));
  expect(order()).toEqual(['us', 'eu']);
  const { number } = await repository.openPullRequest({
    title: 'Another port',
    branch: 'port',
    files: { 'policies/c.yaml': agentPolicy('c', { subnet: '10.8.3.0/24', port: 8443 }) },
  });
  await lab.quiet();
  await repository.mergePullRequest(number);
  await lab.quiet();
  expect(order()).toEqual(['us', 'eu', 'us', 'eu']);
});

test('a configured group that no document describes is warned of', async () => {
  const lab = await botLab({ groups: ['us', 'apac'] });
  await lab.github.createRepository('acme', 'agents', files);
  await lab.start();
  await lab.quiet();
  expect(lab.logged.filter(({ level }) => level === 40)).toMatchObject([
    { group: 'apac', msg: expect.stringContaining('no GatewayGroup document is called apac') },
  ]);
  const bundle = await lab.bundleClient('apac').refresh();
  expect(bundle?.custom.agents).toBe(1);
});
