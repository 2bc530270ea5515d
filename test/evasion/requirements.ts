import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe } from 'vitest';
import { describeKernel } from '../kernel/availability.ts';

/** Debian's own, for which Debian packages scapy; another one may come first on PATH. */
export const python = '/usr/bin/python3';
export const packetTool = join(import.meta.dirname, 'packet-tool.py');

/** A `describe` of what needs eBPF and scapy: skipped with its reason, a failure with `CI=true`. */
export function describeEvasion(name: string, tests: () => void): void {
  const { status } = spawnSync(python, ['-c', 'import scapy.compat']);
  if (status === 0) {
    describeKernel(name, tests);
    return;
  }
  const obstacle = 'scapy is not installed; run: npm run setup';
  if (process.env.CI === 'true')
    throw new Error(`"${name}" must not be skipped in CI: ${obstacle}`);
  console.warn(`skipped: "${name}": ${obstacle}`);
  describe.skip(name, tests);
}
