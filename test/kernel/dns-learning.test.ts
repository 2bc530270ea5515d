import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type DnsRecord, wireName } from '../../gateway/judge/index.ts';
import { describeKernel } from './availability.ts';
import { DataPlane } from './data-plane.ts';
import { type Answering, addressRecord, answer, ask, cname, pointer, query, types } from './dns.ts';
import { from, tcp } from './packets.ts';

const agent = (name: string, cidrs: string) => `apiVersion: sallyport.dev/v1
kind: AgentPolicy
metadata: {name: ${name}, version: 1.0.0}
spec:
  workloads: {cidrs: [${cidrs}]}
  dns: {resolvers: [10.8.0.53]}
  allow: [{id: site, to: {host: "**.example.com"}, protocol: tcp, ports: [443]}]
`;
const trusting = `apiVersion: sallyport.dev/v1
kind: Guardrail
metadata: {name: inside, version: 1.0.0}
spec: {trusted: [10.20.0.0/16, "fd00:20::/32"]}
`;
const agents = [agent('alpha', '10.8.1.0/24, "fd00:8:1::/64"'), agent('beta', '10.8.2.0/24')];
const policies = agents.join('---\n');

const name = 'api.example.com';
const here = '93.184.215.14';
const there = '93.184.215.99';
const here6 = '2606:2800:21f:cb07::1';

describeKernel('what answers teach', () => {
  let plane: DataPlane;
  let srcPort = 30000;
  beforeAll(() => {
    plane = new DataPlane();
  });
  afterAll(() => plane.close());
  beforeEach(async () => {
    await plane.use(policies);
    srcPort++;
    const keys = [...plane.maps.sp_learned.keys()];
    plane.maps.sp_learned.deleteAll(keys);
  });

  const names = (address: string, of = 'alpha') => plane.learned(of, address).map((l) => l.name);
  const exchange = (records: readonly DnsRecord[], options: Answering = {}, asked = name) => {
    const { type = types.A } = options;
    const ports = { srcPort, ...options };
    ask(plane, query(asked, type, ports), answer(asked, records, ports));
  };
  const connects = (address: string, src = '10.8.1.5') =>
    plane.fromAgent(tcp(from(src, ++srcPort).to(address))).passed;

  it('opens the way before the agent can know of it', () => {
    expect(connects(here)).toBe(false);
    srcPort++;
    exchange([addressRecord(here)]);
    expect(names(here)).toEqual([name]);
    expect(connects(here)).toBe(true);
    expect(connects(there)).toBe(false);
  });

  it('may be several addresses of both families, however the owner is written', () => {
    exchange([
      addressRecord(here),
      addressRecord(there, name),
      addressRecord(here6, 'API.example.COM'),
    ]);
    for (const address of [here, there, here6]) expect(names(address)).toEqual([name]);
  });

  it('is the IPv4 address inside a NAT64 one', () => {
    exchange([addressRecord('64:ff9b::93.184.215.14')], { type: types.AAAA });
    expect(names(here)).toEqual([name]);
  });

  it('is nothing where addresses are IPv4-mapped', () => {
    exchange([addressRecord(here6), rawRecord(types.AAAA, '00000000000000000000ffff5db8d70e')]);
    expect(names(here)).toEqual([]);
    expect(names(here6)).toEqual([name]);
  });

  it('is what stands at the end of the chain, as the name that was asked', () => {
    exchange([
      cname('edge.cdn.net'),
      cname('pop.cdn.net', 'edge.cdn.net'),
      addressRecord(here, 'pop.cdn.net'),
    ]);
    expect(names(here)).toEqual([name]);
  });

  it('is found through compressed names', () => {
    const chain = cname('edge.cdn.net');
    // The target stands behind header (12), question (17 + 4) and the fields of the first record (2 + 10).
    const target = 12 + wireName(name).length + 4 + 12;
    exchange([
      chain,
      cname(Buffer.concat([Buffer.from('\x03pop'), pointer(target + 5)]), pointer(target)),
      addressRecord(here, Buffer.concat([Buffer.from('\x03pop'), pointer(target + 5)])),
    ]);
    expect(names(here)).toEqual([name]);
  });

  it('is no address in the middle of the chain, or under another name', () => {
    exchange([
      addressRecord(there),
      cname('edge.cdn.net'),
      addressRecord('93.184.215.1', name),
      addressRecord('93.184.215.2', 'cdn.net'),
      addressRecord('93.184.215.3', 'edge.cdn.net.evil.org'),
      addressRecord(here, 'edge.cdn.net'),
    ]);
    expect(names(here)).toEqual([name]);
    for (const other of [there, '93.184.215.1', '93.184.215.2', '93.184.215.3']) {
      expect(names(other)).toEqual([]);
    }
  });

  it('is nothing by odd names: one is not the other', () => {
    const odd = (text: string) =>
      Buffer.concat([Buffer.from([3]), Buffer.from(text), Buffer.from('\x03net\0')]);
    exchange([cname(odd('a b')), addressRecord(there, odd('c d'))]);
    expect(names(there)).toEqual([]);
    exchange([cname(odd('a b')), addressRecord(here, odd('e f')), addressRecord(there, name)]);
    expect([...names(here), ...names(there)]).toEqual([]);
  });

  it('counts only for the agent that was told', () => {
    exchange([addressRecord(here)]);
    expect(names(here, 'beta')).toEqual([]);
    expect(connects(here, '10.8.2.5')).toBe(false);
    exchange([addressRecord(here)], { agent: '10.8.2.5' });
    expect(connects(here, '10.8.2.5')).toBe(true);
  });

  it('is every name of an address', () => {
    exchange([addressRecord(here)]);
    exchange([addressRecord(here)], {}, 'www.example.com');
    expect(names(here).toSorted()).toEqual([name, 'www.example.com']);
  });

  it.each([
    ['one minute at least', 0, 60],
    ['as long as it says', 900, 900],
    ['an hour at most', 86_400, 3600],
    ['one minute where the highest bit is set', 0x8000_0001, 60],
  ])('counts for %s, and a minute of grace', (_title, ttl, seconds) => {
    exchange([addressRecord(here, undefined, ttl)]);
    const [learned] = plane.learned('alpha', here);
    expect(learned?.seconds).toBeGreaterThan(seconds + 60 - 5);
    expect(learned?.seconds).toBeLessThanOrEqual(seconds + 60);
  });

  it('counts no more once it has expired', () => {
    exchange([addressRecord(here)]);
    expect(connects(here)).toBe(true);
    for (const [key, { names: slots }] of plane.maps.sp_learned.entries()) {
      plane.maps.sp_learned.set(key, { names: slots.map((slot) => ({ ...slot, expires: 1n })) });
    }
    expect(connects(here)).toBe(false);
  });

  describe.each([
    ['10.20.0.7', '10.21.0.7'],
    ['fd00:20::7', 'fd00:21::7'],
  ])('is of special-use addresses only what is trusted: %s', (trusted, other) => {
    it('nothing without a guardrail that trusts', () => {
      exchange([addressRecord(trusted), addressRecord(here)]);
      expect(names(trusted)).toEqual([]);
      expect(names(here)).toEqual([name]);
    });

    it('the blocks that a guardrail trusts', async () => {
      await plane.use(`${trusting}---\n${policies}`);
      exchange([addressRecord(trusted), addressRecord(other), addressRecord(here)]);
      expect(names(trusted)).toEqual([name]);
      expect(names(other)).toEqual([]);
      expect(names(here)).toEqual([name]);
    });
  });

  it.each([
    ['127.0.0.1'],
    ['169.254.169.254'],
    ['192.168.1.1'],
    ['100.64.0.1'],
    ['0.0.0.0'],
    ['224.0.0.1'],
    ['::1'],
    ['fe80::1'],
    ['ff02::1'],
    ['64:ff9b::10.0.0.1'],
    ['2002:a00:1::1'],
  ])('does not open the inside: %s', (address) => {
    exchange([addressRecord(address)]);
    expect([...plane.maps.sp_learned.keys()]).toEqual([]);
  });
});

function rawRecord(type: number, hex: string): DnsRecord {
  return { owner: pointer(12), type, ttl: 300, data: Buffer.from(hex, 'hex') };
}
