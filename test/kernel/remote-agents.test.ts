import { afterAll, beforeAll, expect, it } from 'vitest';
import { lower } from '../../gateway/lower/index.ts';
import { rulesForGroup } from '../../src/rules/index.ts';
import { describeKernel } from './availability.ts';
import { DataPlane, LINK } from './data-plane.ts';
import { back, from, segments, tcp } from './packets.ts';
import { rulesOf } from './rules-of.ts';

const ruleSet = rulesOf(`apiVersion: sallyport.dev/v1
kind: AgentPolicy
metadata: {name: near, version: 1.0.0}
spec:
  workloads: {cidrs: [10.8.1.0/24]}
  allow: [{id: far, to: {agent: far}, protocol: tcp, ports: [443]}]
  ingress: {allow: [{id: from-far, from: {agent: far}, protocol: tcp, ports: [8080]}]}
---
apiVersion: sallyport.dev/v1
kind: AgentPolicy
metadata: {name: far, version: 1.0.0, labels: {zone: far}}
spec:
  gateways: {region: us}
  workloads: {cidrs: [10.8.2.0/24]}
  allow: [{id: all, to: {any: true}}]
  ingress: {allow: [{id: from-near, from: {agent: near}, protocol: tcp, ports: [443]}]}
---
apiVersion: sallyport.dev/v1
kind: Guardrail
metadata: {name: far-zone, version: 1.0.0}
spec:
  selector: {zone: far}
  deny: [{id: not-from-nine, to: {cidr: 10.8.1.9/32}}]
---
apiVersion: sallyport.dev/v1
kind: GatewayGroup
metadata: {name: eu-1, version: 1.0.0, labels: {region: eu}}
spec: {}
---
apiVersion: sallyport.dev/v1
kind: GatewayGroup
metadata: {name: us-1, version: 1.0.0, labels: {region: us}}
spec: {}
`);

describeKernel('an agent that another gateway carries', () => {
  let plane: DataPlane;
  let port = 40000;
  const bindings = [{ ifindex: LINK, holds: 'all' }] as const;
  const use = (group: string) => plane.tables.apply(lower(rulesForGroup(ruleSet, group)), bindings);

  beforeAll(async () => {
    plane = new DataPlane();
    await use('eu-1');
  });
  afterAll(() => plane.close());

  it('is an unknown workload as a source', () => {
    const sent = plane.fromAgent(tcp(from('10.8.2.5', ++port).to('192.0.2.10')));
    expect(sent).toMatchObject({ passed: false, reason: 'unknown-workload' });
  });

  it('is reached by its name, if its own ingress and guardrails agree', () => {
    const allowed = plane.fromAgent(tcp(from('10.8.1.5', ++port).to('10.8.2.5', 443)));
    expect(allowed).toMatchObject({ passed: true, clause: 'AgentPolicy/near#far' });
    const denied = plane.fromAgent(tcp(from('10.8.1.9', ++port).to('10.8.2.5', 443)));
    expect(denied).toMatchObject({ passed: false, clause: 'Guardrail/far-zone#not-from-nine' });
  });

  it('comes in by its name from beyond, where it is not forged', () => {
    const path = from('10.8.2.5', ++port).to('10.8.1.5', 8080);
    expect(plane.toAgent(tcp(path))).toMatchObject({
      passed: true,
      clause: 'AgentPolicy/near#from-far',
    });
    const answer = plane.fromAgent(tcp(back(path), segments.synAck));
    expect(answer).toMatchObject({ passed: true, reason: 'reply' });
    const stranger = plane.toAgent(tcp(from('10.8.3.5', port).to('10.8.1.5', 8080)));
    expect(stranger).toMatchObject({ passed: false, reason: 'no-ingress' });
  });

  it('ends its flows where it is carried no more', async () => {
    await use('us-1');
    const path = from('10.8.2.5', ++port).to('192.0.2.10');
    expect(plane.fromAgent(tcp(path)).passed).toBe(true);
    await use('eu-1');
    expect(plane.fromAgent(tcp(path, segments.data))).toMatchObject({
      passed: false,
      reason: 'unknown-workload',
    });
    expect(plane.toAgent(tcp(back(path), segments.data)).passed).toBe(false);
  });
});
