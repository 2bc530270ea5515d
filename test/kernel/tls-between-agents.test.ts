import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeKernel } from './availability.ts';
import { clientHello } from './client-hello.ts';
import { DataPlane } from './data-plane.ts';
import { from } from './packets.ts';
import { TcpClient } from './tcp-client.ts';

const policies = (sender: string, clauses: string) => `apiVersion: sallyport.dev/v1
kind: AgentPolicy
metadata: {name: alpha, version: 1.0.0}
spec:
  mode: ${sender}
  workloads: {cidrs: [10.8.1.0/24]}
  dns: {resolvers: [10.8.0.53]}
${clauses}
---
apiVersion: sallyport.dev/v1
kind: AgentPolicy
metadata: {name: beta, version: 1.0.0}
spec:
  mode: audit
  workloads: {cidrs: [10.8.2.0/24]}
`;

/** Beta's rules let nobody in, and only say so. */
describeKernel('a ClientHello from an agent to one in audit', () => {
  let plane: DataPlane;
  let port = 2000;
  const opened = () => new TcpClient(plane, from('10.8.1.5', ++port).to('10.8.2.5')).open();
  const remark = { passed: true, reason: 'would-deny', clause: null };

  beforeAll(() => {
    plane = new DataPlane();
  });
  afterAll(() => plane?.close());

  it('is held against the denies of the sender', async () => {
    await plane.use(
      policies(
        'enforce',
        `  allow: [{id: any, to: {agent: beta}, protocol: tcp, ports: [443]}]
  deny: [{id: evil, to: {host: "**.evil.example"}}]`,
      ),
    );
    expect(opened().data(clientHello('www.evil.example'))).toMatchObject({
      passed: false,
      reason: 'denied',
      clause: 'AgentPolicy/alpha#evil',
    });
    expect(opened().data(clientHello('api.example.com'))).toMatchObject(remark);
  });

  it('decides what the sender, in audit too, would have denied', async () => {
    await plane.use(
      policies('audit', '  allow: [{id: tls, to: {agent: beta}, protocol: tls, ports: [443]}]'),
    );
    expect(opened().data(Buffer.from('GET /'))).toMatchObject({
      ...remark,
      clause: 'AgentPolicy/alpha#tls',
    });
    expect(opened().data(clientHello('api.example.com'))).toMatchObject(remark);
  });
});
