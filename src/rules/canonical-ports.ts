import type { PortRange } from '../policy/index.ts';

/** The same ports as ascending, disjoint, not adjacent ranges: one form for one set. */
export function canonicalPorts(ranges: readonly PortRange[]): PortRange[] {
  const merged: [low: number, high: number][] = [];
  for (const [low, high] of ranges.toSorted((a, b) => a[0] - b[0])) {
    const last = merged.at(-1);
    if (last && low <= last[1] + 1) last[1] = Math.max(last[1], high);
    else merged.push([low, high]);
  }
  return merged;
}
