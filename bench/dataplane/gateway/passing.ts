import { setImmediate as turn } from 'node:timers/promises';
import { tcpFlags } from '../../../gateway/judge/index.ts';
import type { Router } from '../scene.ts';
import type { Traffic } from '../traffic.ts';

const GIVE_UP_MS = 60_000;

/** Sends one SYN after the other until one gets through, or none any more. */
export async function passes(router: Router, traffic: Traffic, open: boolean): Promise<void> {
  const deadline = performance.now() + GIVE_UP_MS;
  const burst = { start: 0, end: 1, flags: tcpFlags.syn, direction: 'out' } as const;
  while (performance.now() < deadline) {
    const { arrived } = await traffic.send(router, burst);
    if ((arrived === 1) === open) return;
    await turn();
  }
  throw new Error('the change is not in force');
}
