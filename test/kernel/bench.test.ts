import { expect, test } from 'vitest';
import { benchPackets } from '../../bench/packet-bench.ts';
import { describeKernel } from './availability.ts';

describeKernel('the benchmark of packets', () => {
  test('measures every kind of packet', async () => {
    const { cases } = await benchPackets(10);
    expect(cases.map(({ name }) => name)).toEqual([
      'empty program',
      'established flow',
      'new flow, logged',
      'DNS question, logged',
    ]);
    for (const { ns } of cases) expect(ns.median).toBeGreaterThan(0);
  });
});
