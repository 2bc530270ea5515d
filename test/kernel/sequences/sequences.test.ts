import fc from 'fast-check';
import { afterAll, beforeAll, it } from 'vitest';
import { describeKernel } from '../availability.ts';
import { DataPlane } from '../data-plane.ts';
import { replay, runs } from '../runs.ts';
import { sequenceCases } from './cases.ts';
import { Player } from './player.ts';
import { Tally } from './tally.ts';

const ENTRIES = 4096;
const HALF_OF_A_SEQUENCE = 150;

describeKernel('the kernel and a model of the evaluator', () => {
  let plane: DataPlane;
  beforeAll(() => {
    plane = new DataPlane({
      sp_flows: ENTRIES,
      sp_questions: ENTRIES,
      sp_learned: ENTRIES,
      sp_names: ENTRIES,
      sp_server_names: ENTRIES,
      sp_openings: ENTRIES,
      sp_hellos: ENTRIES,
    });
  });
  afterAll(() => plane?.close());

  it('agree on what becomes of each packet of a sequence', { timeout: 86_400_000 }, async () => {
    const tally = new Tally();
    const player = new Player(plane, (expected) => tally.count(expected));
    await fc.assert(
      fc.asyncProperty(sequenceCases(HALF_OF_A_SEQUENCE), (one) => player.play(one)),
      { ...replay(runs(12)), endOnFailure: true },
    );
    console.info(tally.text);
    tally.expectShares();
  });
});
