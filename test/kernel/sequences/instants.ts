import { turningPoints } from '../../arbitraries/whole/alphabet.ts';

const hourMs = 3_600_000;
const inOrder = [...new Set(turningPoints)].toSorted((a, b) => a - b);

export interface Later {
  /** The next turning point of some clause, or the next hour, in which budgets are new; or just before it. */
  readonly to: 'turn' | 'hour' | 'before-hour';
  /** How many of them are skipped. */
  readonly skip: number;
}

export function instantAfter(now: number, { to, skip }: Later): number {
  if (to === 'turn') return inOrder.filter((at) => at > now)[skip] ?? now + 1;
  const hour = now - (now % hourMs) + hourMs * (1 + skip);
  return to === 'hour' ? hour : Math.max(now, hour - 1);
}
