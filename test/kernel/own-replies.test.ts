import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadObject, runOnPacket } from '../../gateway/kernel/index.ts';
import { describeKernel } from './availability.ts';
import { from, tcp } from './packets.ts';

const frame = tcp(from('192.0.2.10').to('10.8.1.5'));
const outcome = { passed: { action: -1, mark: 0 }, refused: { action: 2 } };

// Without rules nothing else passes.
describeKernel('a reply of our own', () => {
  let object: ReturnType<typeof loadObject>;
  let own = 0;
  beforeAll(() => {
    object = loadObject({ leaveOut: ['sp_judge'] });
    own = object.maps.sp_state.get(0)?.reply_mark ?? 0;
  });
  afterAll(() => object.close());

  it.each(['sp_from_agent', 'sp_to_agent'] as const)(
    'is let through by %s, which takes its mark off; nothing with another mark is',
    (program) => {
      const run = (mark: number) => runOnPacket(object.programs[program], { frame, mark });
      expect(own).not.toBe(0);
      expect(run(own)).toMatchObject(outcome.passed);
      for (const mark of [0, (own + 1) >>> 0 || 1, (own ^ 1) >>> 0])
        expect(run(mark)).toMatchObject(outcome.refused);
    },
  );

  it('has a mark of its own in every gateway', () => {
    const other = loadObject({ leaveOut: ['sp_judge', 'sp_from_agent', 'sp_to_agent'] });
    expect(other.maps.sp_state.get(0)?.reply_mark).not.toBe(own);
    other.close();
  });
});
