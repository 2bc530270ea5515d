import { expect, it } from 'vitest';
import { CgroupSite } from '../../gateway/agent/cgroup-site.ts';
import type { Cgroup } from '../../gateway/confine/index.ts';
import { rulesForGroup } from '../../src/rules/index.ts';
import { rulesOf } from '../kernel/rules-of.ts';

const policies = `apiVersion: sallyport.dev/v1
kind: GatewayGroup
metadata: {name: eu, version: 1.0.0, labels: {region: eu}}
spec: {}
---
apiVersion: sallyport.dev/v1
kind: GatewayGroup
metadata: {name: us, version: 1.0.0, labels: {region: us}}
spec: {routes: {direct: {mark: 7}}}
---
apiVersion: sallyport.dev/v1
kind: AgentPolicy
metadata: {name: alpha, version: 1.0.0}
spec:
  workloads: {cidrs: [10.8.1.0/24]}
  allow: [{id: web, to: {cidr: 192.0.2.0/25}, protocol: tcp, ports: [443]}]
---
apiVersion: sallyport.dev/v1
kind: AgentPolicy
metadata: {name: beta, version: 1.0.0}
spec:
  gateways: {region: us}
  workloads: {cidrs: [10.8.2.0/24]}
  allow: [{id: web, to: {cidr: 192.0.2.0/25}, protocol: tcp, ports: [443], via: direct}]
`;
const rules = rulesOf(policies);
const of = (agent: string) => new CgroupSite({ path: '/sallyport/test' } as Cgroup, agent);

it('a sidecar stands for an agent that the policies know', () => {
  expect(() => of('alpha').check(rules)).not.toThrow();
  expect(() => of('gamma').check(rules)).toThrow(
    'gamma is not in the policies (those that are: alpha, beta)',
  );
});

it('a sidecar stands for an agent that its group carries', () => {
  expect(() => of('beta').check(rulesForGroup(rules, 'eu'))).toThrow(
    'carried by other gateway groups',
  );
});

it('a sidecar refuses routes, by the name of the clause', () => {
  expect(() => of('beta').check(rules)).toThrow('`via` of AgentPolicy/beta#web needs a gateway');
});
