import { afterAll, beforeAll, expect, it } from 'vitest';
import { addressBytes } from '../../gateway/tables/index.ts';
import { type Cidr, parseCidr } from '../../src/policy/index.ts';
import { describeKernel } from './availability.ts';
import { DataPlane, LINK } from './data-plane.ts';
import { edited, ethernet, from, ip, protocols, raw } from './packets.ts';

const types = {
  routerSolicitation: 133,
  routerAdvertisement: 134,
  neighbourSolicitation: 135,
  neighbourAdvertisement: 136,
  redirect: 137,
} as const;

function arp(sender: string, operation = 1) {
  const message = Buffer.from([0, 1, 8, 0, 6, 4, 0, operation, ...Array(20).fill(0)]);
  message.set(addressBytes(ip(sender)).subarray(12), 14);
  return ethernet(0x0806, message);
}

/** An ICMPv6 message of neighbour discovery, with the hop limit that proves it is from the link. */
function discovery(type: keyof typeof types, { hopLimit = 255, code = 0, dst = 'ff02::1' } = {}) {
  const message = Buffer.alloc(24);
  message[0] = types[type];
  message[1] = code;
  const frame = raw(from('fe80::5').to(dst), protocols.icmp6, message);
  return edited(frame, { 7: hopLimit });
}

describeKernel('neighbours find each other', () => {
  let plane: DataPlane;
  beforeAll(() => {
    plane = new DataPlane();
  });
  afterAll(() => plane.close());

  it('by ARP, before there are any rules', () => {
    const request = arp('10.8.1.5');
    expect(plane.fromAgent(request).passed).toBe(true);
    expect(plane.toAgent(request).passed).toBe(true);
  });

  it.each(['neighbourSolicitation', 'neighbourAdvertisement'] as const)('by %s', (type) => {
    expect(plane.fromAgent(discovery(type)).passed).toBe(true);
    expect(plane.fromAgent(discovery(type, { dst: 'fe80::1' })).passed).toBe(true);
    expect(plane.toAgent(discovery(type)).passed).toBe(true);
  });

  it('and routers are only those outside', () => {
    expect(plane.fromAgent(discovery('routerSolicitation')).passed).toBe(true);
    expect(plane.toAgent(discovery('routerAdvertisement')).passed).toBe(true);
    expect(plane.fromAgent(discovery('routerAdvertisement')).passed).toBe(false);
    expect(plane.toAgent(discovery('routerSolicitation')).passed).toBe(false);
  });

  it('but no group is asked that is beyond the link', () => {
    const beyond = discovery('neighbourSolicitation', { dst: 'ff05::1' });
    expect(plane.fromAgent(beyond)).toMatchObject({ passed: false });
  });

  it('but nobody redirects them', () => {
    expect(plane.fromAgent(discovery('redirect')).passed).toBe(false);
    expect(plane.toAgent(discovery('redirect')).passed).toBe(false);
  });

  it.each([
    ['it has come over a router', { hopLimit: 254 }],
    ['it has a code', { code: 1 }],
  ])('unless %s', (_title, fault) => {
    expect(plane.fromAgent(discovery('neighbourSolicitation', fault)).passed).toBe(false);
    expect(plane.toAgent(discovery('neighbourAdvertisement', fault)).passed).toBe(false);
  });
});

const policies = `apiVersion: sallyport.dev/v1
kind: AgentPolicy
metadata: {name: alpha, version: 1.0.0}
spec:
  workloads: {cidrs: [10.8.1.0/24, 10.8.2.0/24, "fd00:8:1::/64", "fd00:8:2::/64"]}
`;

describeKernel('neighbours speak for addresses of their own link', () => {
  let plane: DataPlane;
  const spoofed = { passed: false, reason: 'spoofed-source' };
  const claim = (src: string, target: string, type = types.neighbourAdvertisement as number) => {
    const message = Buffer.alloc(24);
    message[0] = type;
    message.set(addressBytes(ip(target)), 8);
    return edited(raw(from(src).to('ff02::1'), protocols.icmp6, message), { 7: 255 });
  };
  beforeAll(async () => {
    plane = new DataPlane();
    const here = ['10.8.1.0/24', 'fd00:8:1::/64'].map((text) => parseCidr(text) as Cidr);
    await plane.use(policies, [{ ifindex: LINK, holds: here }]);
  });
  afterAll(() => plane.close());

  it('whoever they are', () => {
    expect(plane.fromAgent(arp('10.8.1.5')).passed).toBe(true);
    expect(plane.fromAgent(arp('0.0.0.0')).passed).toBe(true);
    expect(plane.fromAgent(claim('fd00:8:1::5', 'fd00:8:1::5')).passed).toBe(true);
    expect(plane.fromAgent(claim('fe80::5', 'fe80::5')).passed).toBe(true);
    expect(plane.fromAgent(claim('::', 'fd00:8:1::5')).passed).toBe(true);
    // Whatever was seen before.
    expect(plane.fromAgent(arp('10.8.1.5')).passed).toBe(true);
  });

  it('and ask for whomever they like', () => {
    const asked = claim('fd00:8:1::5', 'fd00:8:2::5', types.neighbourSolicitation);
    expect(plane.fromAgent(asked).passed).toBe(true);
  });

  it('and for no others', () => {
    expect(plane.fromAgent(arp('10.8.2.5'))).toMatchObject(spoofed);
    expect(plane.fromAgent(arp('10.8.2.5', 2))).toMatchObject(spoofed);
    expect(plane.fromAgent(claim('fd00:8:2::5', 'fd00:8:1::5'))).toMatchObject(spoofed);
    expect(plane.fromAgent(claim('fe80::5', 'fd00:8:2::5'))).toMatchObject(spoofed);
    expect(plane.fromAgent(claim('fec0::5', 'fec0::5'))).toMatchObject(spoofed);
  });

  it('while the gateway may speak for whom it likes', () => {
    expect(plane.toAgent(arp('10.8.2.5')).passed).toBe(true);
    expect(plane.toAgent(claim('fe80::1', 'fd00:8:2::5')).passed).toBe(true);
  });

  it('in messages that are whole', () => {
    const whole = claim('fe80::5', 'fd00:8:2::5');
    const cut = edited(whole.subarray(0, -1), { 5: 23 });
    expect(plane.fromAgent(cut)).toMatchObject({ passed: false, reason: 'malformed' });
    expect(plane.fromAgent(arp('10.8.1.5', 3))).toMatchObject({
      passed: false,
      reason: 'malformed',
    });
    expect(plane.fromAgent(arp('10.8.1.5').subarray(0, 41)).passed).toBe(false);
  });
});
