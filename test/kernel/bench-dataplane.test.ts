import { expect, test } from 'vitest';
import type { PacketKind } from '../../bench/dataplane/cells.ts';
import { measurePackets } from '../../bench/dataplane/measure-packets.ts';
import { peerKinds } from '../../bench/dataplane/peers/index.ts';
import { Scene } from '../../bench/dataplane/scene.ts';
import { Traffic } from '../../bench/dataplane/traffic.ts';
import { blocksOf, tupleAt } from '../../bench/dataplane/workload.ts';
import { describeKernel } from './availability.ts';

const cells = (kinds: readonly PacketKind[]) =>
  kinds.map((kind) => ({ kind, rules: 10, flows: 8 }));
const effort = { rounds: 1, frames: 16 };
const quiet = () => {};

describeKernel('the benchmark of the data plane', () => {
  test('of every filter that is installed, all frames come through or none', async () => {
    const chosen = cells(['established', 'denied']);
    const { absent, late, ...results } = await measurePackets(chosen, effort, quiet);
    // Two rounds, one of which warms up; established flows are measured in both directions.
    const rounds = 2 * (peerKinds.length - absent.length);
    expect(results.cells.map(({ frames }) => frames)).toEqual([rounds * 2 * 16, rounds * 16]);
    expect(late).toBe(0);
    for (const { figures } of results.cells) {
      for (const { total } of figures) expect(total.median).toBeGreaterThan(0);
      expect(figures[0]?.added.median).toBe(0);
    }
  });

  test('new connections, and those after a change, come through each filter', async () => {
    const own = peerKinds.filter(({ name }) => ['no filter', 'Sallyport'].includes(name));
    const results = await measurePackets(cells(['new', 'changed']), effort, quiet, own);
    expect(results.cells.map(({ frames }) => frames)).toEqual([4 * 16, 4 * 8]);
    // What it costs, beside other tests, is no figure: so few frames measure the machine.
    for (const { figures } of results.cells) expect(figures[1]?.total.median).toBeGreaterThan(0);
  });

  test('what does not come through is seen', async () => {
    const scene = await Scene.open();
    const router = await scene.router('strict');
    const kind = peerKinds.find(({ name }) => name === 'Sallyport');
    const peer = await kind?.start(router);
    try {
      const traffic = new Traffic(scene.programs);
      const blocks = blocksOf(2);
      traffic.setTuples([tupleAt(0, blocks), tupleAt(1, blocks)]);
      const burst = { start: 0, end: 2, count: 6, flags: 2, direction: 'out' } as const;
      expect(await traffic.send(router, burst)).toMatchObject({ frames: 6, arrived: 0 });
      await peer?.setRules({ blocks: blocksOf(1) });
      expect(await traffic.send(router, burst)).toMatchObject({ frames: 6, arrived: 3 });
    } finally {
      await peer?.close();
      scene.close();
    }
  });
});
