import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeKernel } from './availability.ts';
import { DataPlane } from './data-plane.ts';
import { addressRecord, answer, ask, query, types } from './dns.ts';

const policies = `apiVersion: sallyport.dev/v1
kind: AgentPolicy
metadata: {name: alpha, version: 1.0.0}
spec:
  workloads: {cidrs: [10.8.1.0/24]}
  dns: {resolvers: [10.8.0.53]}
  allow:
    - {id: net, to: {cidr: 198.51.100.0/24}, protocol: tcp, ports: [443]}
    - {id: net6, to: {cidr: "2001:db8::/32"}, protocol: udp, ports: [5000]}
    - {id: site, to: {host: "**.example.com"}, protocol: tcp, ports: [443]}
    - {id: arpa, to: {host: 1.100.51.198.in-addr.arpa}, protocol: tcp, ports: [443]}
`;
const v6 = `${'0.'.repeat(23)}0.8.b.d.0.1.0.0.2.ip6.arpa`;

describeKernel('questions for the name of an address', () => {
  let plane: DataPlane;
  let srcPort = 30000;
  beforeAll(async () => {
    plane = new DataPlane();
    await plane.use(policies);
  });
  afterAll(() => plane.close());
  const asked = (name: string) => plane.fromAgent(query(name, types.PTR, { srcPort: ++srcPort }));

  it.each(['1.100.51.198.in-addr.arpa', '255.100.51.198.IN-ADDR.arpa', v6])(
    'pass where the address is allowed: %s',
    (name) => {
      expect(asked(name)).toMatchObject({ passed: true });
    },
  );

  it.each([
    '1.101.51.198.in-addr.arpa',
    '01.100.51.198.in-addr.arpa',
    '1.100.51.0198.in-addr.arpa',
    '256.100.51.198.in-addr.arpa',
    '1.1.100.51.198.in-addr.arpa',
    '100.51.198.in-addr.arpa',
    'x.100.51.198.in-addr.arpa',
    '1.100.51.198.in-addr.example.com',
    `0.${v6}`,
    v6.slice(2),
    v6.replace('0.', 'g.'),
    v6.replace('0.0.', '00.'),
    `a${v6}`,
    'api.example.com',
    // ::ffff:198.51.100.1
    `1.0.4.6.3.3.6.c.f.f.f.f.${'0.'.repeat(20)}ip6.arpa`,
  ])('are refused where it is not, or where the name is that of none: %s', (name) => {
    expect(asked(name)).toMatchObject({ passed: false, reason: 'dns-type', clause: null });
  });

  it('pass where the agent has learned the address', () => {
    const name = '14.215.184.93.in-addr.arpa';
    expect(asked(name).reason).toBe('dns-type');
    const ports = { srcPort: ++srcPort };
    const [question, record] = ['api.example.com', addressRecord('93.184.215.14')];
    ask(plane, query(question, types.A, ports), answer(question, [record], ports));
    expect(asked(name)).toMatchObject({ passed: true });
  });

  it('teach nothing, whatever their answers say', () => {
    const name = '1.100.51.198.in-addr.arpa';
    const ports = { srcPort: ++srcPort, type: types.PTR };
    const lie = answer(name, [addressRecord('93.184.215.99')], ports);
    ask(plane, query(name, types.PTR, ports), lie);
    expect(plane.learned('alpha', '93.184.215.99')).toEqual([]);
  });
});
