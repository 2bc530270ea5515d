import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeKernel } from './availability.ts';
import { DataPlane } from './data-plane.ts';
import { edited, ethernet, from, protocols, raw } from './packets.ts';

const types = {
  routerSolicitation: 133,
  routerAdvertisement: 134,
  neighbourSolicitation: 135,
  neighbourAdvertisement: 136,
  redirect: 137,
} as const;

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
    const arp = ethernet(0x0806, Buffer.alloc(28));
    expect(plane.fromAgent(arp).passed).toBe(true);
    expect(plane.toAgent(arp).passed).toBe(true);
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
