import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeKernel } from '../availability.ts';
import { DataPlane } from '../data-plane.ts';
import { replay, runs } from '../runs.ts';
import { Player } from './player.ts';
import { sequenceCases } from './steps.ts';

describeKernel('the kernel and a model of the evaluator', () => {
  let plane: DataPlane;
  beforeAll(() => {
    const entries = 512;
    plane = new DataPlane({
      sp_flows: entries,
      sp_questions: entries,
      sp_learned: entries,
      sp_names: entries,
      sp_openings: entries,
      sp_hellos: entries,
    });
  });
  afterAll(() => plane.close());

  it('agree on what becomes of each packet of a sequence', { timeout: 86_400_000 }, async () => {
    const reasons = new Map<string, number>();
    let [passed, total] = [0, 0];
    const player = new Player(plane, (expected) => {
      reasons.set(expected.reason, (reasons.get(expected.reason) ?? 0) + 1);
      total++;
      if (expected.passed) passed++;
    });
    await fc.assert(
      fc.asyncProperty(sequenceCases(), (one) => player.play(one)),
      { ...replay(runs(25)), endOnFailure: true },
    );
    console.info(`packets in sequences: ${total}, ${passed} passed`, Object.fromEntries(reasons));
    // Nothing is shown by packets that all end the same way.
    expect(passed).toBeGreaterThan(total / 10);
    expect(total - passed).toBeGreaterThan(total / 10);
    for (const reason of ['allowed', 'reply', 'denied', 'no-clause', 'dns-name', 'would-deny']) {
      expect(reasons.get(reason) ?? 0, reason).toBeGreaterThan(total / 500);
    }
  });
});
