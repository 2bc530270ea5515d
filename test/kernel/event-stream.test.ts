import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { EventStream } from '../../gateway/kernel/index.ts';
import { waitFor } from '../../lab/net/index.ts';
import { describeKernel } from './availability.ts';
import { DataPlane } from './data-plane.ts';
import { from, tcp } from './packets.ts';

const policies = `apiVersion: sallyport.dev/v1
kind: AgentPolicy
metadata: {name: alpha, version: 1.0.0}
spec:
  workloads: {cidrs: [10.8.1.0/24]}
  allow: [{id: web, to: {cidr: 192.0.2.0/24}, protocol: tcp, ports: [443]}]
`;
const MANY = 2000;

describeKernel('the stream of events', () => {
  let plane: DataPlane;
  let stream: EventStream | undefined;
  let port = 0;
  /** Each packet is another flow, so each is told. */
  const deny = () => plane.fromAgent(tcp(from('10.8.1.5', ++port).to('198.51.100.1')));

  beforeAll(async () => {
    plane = new DataPlane();
    await plane.use(policies);
  });
  afterEach(() => stream?.stop());
  afterAll(() => plane.close());

  it('gives way to all else, however fast an agent makes events', () => {
    let seen = 0;
    stream = new EventStream(plane.maps.sp_events.fd, () => {
      seen++;
      if (seen < MANY) deny();
    });
    deny();
    const read = stream.drain();
    expect(read).toBe(seen);
    expect(seen).toBeLessThan(MANY);
    while (stream.drain() > 0);
    expect(seen).toBe(MANY);
  });

  it('delivers all of many, batch by batch', async () => {
    let seen = 0;
    stream = new EventStream(plane.maps.sp_events.fd, () => {
      seen++;
    });
    for (let i = 0; i < MANY; i++) deny();
    stream.start();
    await waitFor('all events', () => seen === MANY, { deadline: 10_000 });
  });

  it('goes on after an event that its listener cannot take', () => {
    let seen = 0;
    const faults: unknown[] = [];
    stream = new EventStream(
      plane.maps.sp_events.fd,
      () => {
        seen++;
        if (seen === 1) throw new Error('unreadable');
      },
      (error) => faults.push(error),
    );
    for (let i = 0; i < 3; i++) deny();
    expect(stream.drain()).toBe(3);
    expect(seen).toBe(3);
    expect(faults).toEqual([new Error('unreadable')]);
  });
});
