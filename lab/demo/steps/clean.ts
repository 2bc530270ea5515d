import { down } from '../../instance/index.ts';
import { describeLeftovers, findLeftovers } from '../../net/index.ts';
import type { Step } from '../step.ts';

/** Takes everything down, and looks whether anything is left. */
export const tearDown: Step = {
  name: 'torn-down',
  title: 'Everything is torn down',
  async run({ instance }) {
    const { processes, namespaces, pins } = await down(instance);
    const left = describeLeftovers(await findLeftovers(instance));
    const removed = `removed: ${processes.length} processes, ${namespaces.length} namespaces and their links, ${pins.length > 0 ? 'the pinned programs and maps' : 'no pins'}`;
    const says = 'no process, namespace, link, pin or file is left';
    return { checks: [{ says, ok: left.length === 0, evidence: [removed, ...left] }] };
  },
};
