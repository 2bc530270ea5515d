import { describe, inject } from 'vitest';

/** Why the kernel tests cannot run here; `null` where they can. */
const obstacle = inject('kernelObstacle');

/** A `describe` of what needs eBPF: skipped with its reason where there is none, a failure with `CI=true`. */
export function describeKernel(name: string, tests: () => void): void {
  if (obstacle === null) {
    describe(name, tests);
    return;
  }
  if (process.env.CI === 'true') {
    throw new Error(`"${name}" must not be skipped in CI, but cannot run: ${obstacle}`);
  }
  console.warn(`skipped: "${name}": ${obstacle}`);
  describe.skip(name, tests);
}
