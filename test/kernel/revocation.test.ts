import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { describeKernel } from './availability.ts';
import { DataPlane } from './data-plane.ts';
import { addressRecord, answer, ask, query, types } from './dns.ts';
import { back, from, type Path, segments, tcp } from './packets.ts';

const policies = (clauses: string) => `apiVersion: sallyport.dev/v1
kind: AgentPolicy
metadata: {name: alpha, version: 1.0.0}
spec:
  workloads: {cidrs: [10.8.1.0/24, 250.8.1.0/24, "fd00:8:1::/64"]}
  dns: {resolvers: [10.8.0.53]}
  allow:
    - {id: other, to: {cidr: 198.51.100.0/24}, protocol: tcp, ports: [443]}
    ${clauses}
`;
const web = policies('- {id: web, to: {cidr: 192.0.2.0/24}, protocol: tcp, ports: [443]}');
const renamed = policies('- {id: shop, to: {cidr: 192.0.2.0/25}, protocol: tcp, ports: [443, 80]}');
const none = policies('');
const byName = policies('- {id: api, to: {host: api.example.com}, protocol: tcp, ports: [443]}');
const byWildcard = policies(
  '- {id: all, to: {host: "*.example.com"}, protocol: tcp, ports: [443]}',
);

describeKernel('a change of rules meets open flows', () => {
  let plane: DataPlane;
  let port = 40000;
  const begin = (dst: string, src = '10.8.1.5') => {
    const path = from(src, ++port).to(dst);
    expect(plane.fromAgent(tcp(path)).passed).toBe(true);
    expect(plane.toAgent(tcp(back(path), segments.synAck)).passed).toBe(true);
    return path;
  };
  const sends = (path: Path) => plane.fromAgent(tcp(path, segments.data));
  const receives = (path: Path) => plane.toAgent(tcp(back(path), segments.data));

  beforeAll(() => {
    plane = new DataPlane();
  });
  afterAll(() => plane.close());

  describe.each([
    // Lesser and greater in both byte orders: the flow's key puts the lesser first.
    ['the lesser address', '10.8.1.5'],
    ['the greater address', '250.8.1.250'],
  ])('that began from %s', (_title, src) => {
    beforeEach(() => plane.use(web));

    it('and cuts what is denied now, on the agent’s next packet', async () => {
      const path = begin('192.0.2.10', src);
      await plane.use(none);
      expect(sends(path)).toMatchObject({ passed: false, reason: 'no-clause' });
      expect(receives(path)).toMatchObject({ passed: false, reason: 'not-established' });
    });

    it('and cuts what is denied now, on the other side’s next packet', async () => {
      const path = begin('192.0.2.10', src);
      await plane.use(none);
      expect(receives(path)).toMatchObject({ passed: false, reason: 'no-clause' });
      expect(sends(path).passed).toBe(false);
    });

    it('and leaves alone what is allowed still, under the clause of now', async () => {
      const path = begin('192.0.2.10', src);
      await plane.use(renamed);
      const clause = 'AgentPolicy/alpha#shop';
      expect(receives(path)).toMatchObject({ passed: true, reason: 'reply', clause });
      expect(sends(path)).toMatchObject({ passed: true, reason: 'allowed', clause });
    });

    it('and spares a flow that was silent while it was denied', async () => {
      const path = begin('192.0.2.10', src);
      await plane.use(none);
      await plane.use(web);
      expect(receives(path).passed).toBe(true);
    });

    it('and does not bring back what it has cut, but lets the agent begin again', async () => {
      const path = begin('192.0.2.10', src);
      await plane.use(none);
      expect(sends(path).passed).toBe(false);
      await plane.use(web);
      expect(receives(path).passed).toBe(false);
      expect(plane.fromAgent(tcp(path)).passed).toBe(true);
      expect(plane.toAgent(tcp(back(path), segments.synAck)).passed).toBe(true);
    });
  });

  it('judged by the names that it began with, after the address is forgotten', async () => {
    await plane.use(byName);
    const address = '93.184.215.14';
    ask(plane, query('api.example.com'), answer('api.example.com', [addressRecord(address)]));
    const path = begin(address);
    plane.forget('alpha', address);
    expect(plane.fromAgent(tcp({ ...path, srcPort: 50001 })).reason).toBe('no-clause');
    expect(sends(path).passed).toBe(true);
    await plane.use(byWildcard);
    expect(sends(path)).toMatchObject({ passed: true, clause: 'AgentPolicy/alpha#all' });
    await plane.use(none);
    expect(sends(path)).toMatchObject({ passed: false, reason: 'no-clause' });
  });

  it('judged by those names even when the address is known by another now', async () => {
    const both = policies('- {id: all, to: {host: "**.example.com"}, protocol: tcp, ports: [443]}');
    await plane.use(both);
    const address = '93.184.215.15';
    ask(plane, query('bad.example.com'), answer('bad.example.com', [addressRecord(address)]));
    const path = begin(address);
    plane.forget('alpha', address);
    ask(plane, query('api.example.com'), answer('api.example.com', [addressRecord(address)]));
    await plane.use(byName);
    expect(plane.fromAgent(tcp({ ...path, srcPort: 50002 })).passed).toBe(true);
    expect(sends(path)).toMatchObject({ passed: false, reason: 'no-clause' });
  });

  it('also where a resolver is one no more', async () => {
    await plane.use(byName);
    const question = query('api.example.com', types.A, { srcPort: ++port });
    expect(plane.fromAgent(question).passed).toBe(true);
    await plane.use(byName.replace('10.8.0.53', '10.8.0.54'));
    expect(plane.fromAgent(question)).toMatchObject({ passed: false, reason: 'dns-resolver' });
  });

  it('and reaches each flow once: the next change finds it again', async () => {
    await plane.use(web);
    const path = begin('192.0.2.10');
    for (let i = 0; i < 5; i++) {
      await plane.use(i % 2 === 0 ? renamed : web);
      expect(sends(path).clause).toBe(`AgentPolicy/alpha#${i % 2 === 0 ? 'shop' : 'web'}`);
      const [, flow] =
        [...plane.maps.sp_flows.entries()].find(([key]) => key.port_a === path.srcPort) ?? [];
      // Above the bit that says whether it is of DNS.
      expect((flow?.judged ?? 0n) >> 1n).toBe(plane.tables.generation);
    }
    await plane.use(none);
    expect(sends(path).passed).toBe(false);
  });
});
