import { existsSync } from 'node:fs';
import { describe } from 'vitest';
import { loadObject, objectPath } from '../../gateway/kernel/index.ts';

/** Why this machine cannot run eBPF programs; undefined where it can. */
function findObstacle(): string | undefined {
  if (process.platform !== 'linux') return `eBPF needs Linux, this is ${process.platform}`;
  if (!existsSync(objectPath())) return `${objectPath()} is not built; run: npm run build:bpf`;
  try {
    loadObject().close();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** Why the kernel tests cannot run here; undefined where they can. */
const obstacle = findObstacle();

/** A `describe` of what needs eBPF: skipped with its reason where there is none, a failure with `CI=true`. */
export function describeKernel(name: string, tests: () => void): void {
  if (obstacle === undefined) {
    describe(name, tests);
    return;
  }
  if (process.env.CI === 'true') {
    throw new Error(`"${name}" must not be skipped in CI, but cannot run: ${obstacle}`);
  }
  console.warn(`skipped: "${name}": ${obstacle}`);
  describe.skip(name, tests);
}
