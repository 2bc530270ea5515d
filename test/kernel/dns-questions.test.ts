import { afterAll, beforeAll, expect, it } from 'vitest';
import { dnsQuery } from '../../gateway/judge/index.ts';
import { describeKernel } from './availability.ts';
import { DataPlane } from './data-plane.ts';
import { asking, query, types } from './dns.ts';
import { from, tcp, udp } from './packets.ts';

const policies = (mode = 'enforce') => `apiVersion: sallyport.dev/v1
kind: Guardrail
metadata: {name: corporate, version: 1.0.0}
spec:
  deny: [{id: no-tunnels, to: {host: "**.tunnel.example.com"}}]
---
apiVersion: sallyport.dev/v1
kind: AgentPolicy
metadata: {name: alpha, version: 1.0.0}
spec:
  mode: ${mode}
  workloads: {cidrs: [10.8.1.0/24, "fd00:8:1::/64"]}
  dns: {resolvers: [10.8.0.53, "fd00:8::53"]}
  allow:
    - {id: exact, to: {host: api.example.com}, protocol: tcp, ports: [443]}
    - {id: one, to: {host: "*.one.example.net"}, protocol: tcp, ports: [443]}
    - {id: many, to: {host: "**.example.com"}, protocol: tcp, ports: [443]}
  deny:
    - {id: no-admin, to: {host: admin.example.com}}
`;

const passes = { passed: true };
const refusedName = { passed: false, reason: 'dns-name', clause: null };
const refusedType = { passed: false, reason: 'dns-type', clause: null };
const malformed = { passed: false, reason: 'dns-malformed', clause: null };

describeKernel('questions', () => {
  let plane: DataPlane;
  let port = 30000;
  beforeAll(async () => {
    plane = new DataPlane();
    await plane.use(policies());
  });
  afterAll(() => plane.close());
  const ask = (name: string, type: number = types.A) =>
    plane.fromAgent(query(name, type, { srcPort: ++port }));
  const send = (payload: Buffer) => plane.fromAgent(udp(asking({ srcPort: ++port }), payload));

  it.each([
    ['api.example.com', passes],
    ['API.Example.COM', passes],
    ['a.one.example.net', passes],
    ['x.example.com', passes],
    ['c.b.a.example.com', passes],
    ['_x.example.com', passes],
    ['one.example.net', refusedName],
    ['b.a.one.example.net', refusedName],
    ['example.com', refusedName],
    ['com', refusedName],
    ['evilexample.com', refusedName],
    ['example.com.evil.net', refusedName],
    [
      'admin.example.com',
      { passed: false, reason: 'denied', clause: 'AgentPolicy/alpha#no-admin' },
    ],
    [
      'x.tunnel.example.com',
      { passed: false, reason: 'denied', clause: 'Guardrail/corporate#no-tunnels' },
    ],
    [
      'X.TUNNEL.example.com',
      { passed: false, reason: 'denied', clause: 'Guardrail/corporate#no-tunnels' },
    ],
    ['tunnel.example.com', passes],
  ])('are judged by name: %s', (name, expected) => {
    expect(ask(name)).toMatchObject(expected);
  });

  it.each(Object.entries(types))('are judged by type: %s', (name, type) => {
    const everywhere = ['A', 'AAAA', 'CNAME', 'SRV'].includes(name);
    const exactly = everywhere || ['TXT', 'MX'].includes(name);
    expect(ask('x.example.com', type)).toMatchObject(everywhere ? passes : refusedType);
    expect(ask('api.example.com', type)).toMatchObject(exactly ? passes : refusedType);
  });

  it('are as long as a name can be, and no longer', () => {
    const tail = 'example.com';
    const label = 'a'.repeat(60);
    const fill = (length: number) => {
      const start = `${label}.${label}.${label}.`;
      return `${start}${'b'.repeat(length - start.length - tail.length - 1)}.${tail}`;
    };
    expect(ask(fill(251))).toMatchObject(passes);
    expect(ask(fill(252))).toMatchObject(malformed);
    expect(ask(`${'a'.repeat(63)}.example.com`)).toMatchObject(passes);
    expect(ask(`${'a'.repeat(64)}.example.com`)).toMatchObject(malformed);
  });

  it('are answered over both families, to the agent’s resolvers alone', () => {
    const question = dnsQuery({ id: 1, name: 'api.example.com', type: types.A });
    const v6 = udp(from('fd00:8:1::5', 30000).to('fd00:8::53', 53), question);
    expect(plane.fromAgent(v6)).toMatchObject(passes);
    const elsewhere = query('api.example.com', types.A, { resolver: '192.0.2.53' });
    expect(plane.fromAgent(elsewhere)).toMatchObject({ passed: false, reason: 'dns-resolver' });
    expect(plane.fromAgent(tcp(asking({ srcPort: ++port })))).toMatchObject({
      passed: false,
      reason: 'dns-tcp',
    });
  });

  it('on a flow that is open already are judged one by one', () => {
    const open = { srcPort: ++port };
    expect(plane.fromAgent(query('api.example.com', types.A, open))).toMatchObject(passes);
    expect(plane.fromAgent(query('evil.example.org', types.A, open))).toMatchObject(refusedName);
    expect(plane.fromAgent(query('api.example.com', types.ANY, open))).toMatchObject(refusedType);
    expect(plane.fromAgent(udp(asking(open), Buffer.from('not DNS at all')))).toMatchObject(
      malformed,
    );
    expect(plane.fromAgent(query('x.example.com', types.A, open))).toMatchObject(passes);
  });

  it('in audit mode pass, but for malformed ones, refused types and what a guardrail denies', async () => {
    await plane.use(policies('audit'));
    const softened = { passed: true };
    expect(ask('evil.example.org')).toMatchObject(softened);
    expect(ask('admin.example.com')).toMatchObject(softened);
    expect(ask('evil.example.org', types.TXT)).toMatchObject(refusedType);
    expect(ask('x.tunnel.example.com')).toMatchObject({ passed: false, reason: 'denied' });
    expect(send(Buffer.alloc(40))).toMatchObject(malformed);
    await plane.use(policies());
  });
});
