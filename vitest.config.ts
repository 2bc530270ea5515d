import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

// These share interfaces, pins and the machine's cores: one file at a time, after all others. What only runs programs on
// packets of its own (test/kernel) has maps of its own, and goes beside the rest.
const onTheKernel = ['gateway/**', 'evasion/**', 'lab', 'e2e/**'].map(
  (area) => `test/${area}/*.test.ts`,
);

export default defineConfig({
  test: {
    globalSetup: 'test/kernel/find-obstacle.ts',
    testTimeout: 20_000,
    hookTimeout: 60_000,
    teardownTimeout: 20_000,
    // Many tests start the programs: what they compile is kept, which spares a third of every start.
    env: { NODE_COMPILE_CACHE: join(import.meta.dirname, 'node_modules/.cache/compiled') },
    projects: [
      {
        extends: true,
        test: {
          name: 'pure',
          // The default leaves a core idle, which on two cores is half of the machine.
          maxWorkers: Math.max(2, availableParallelism() - 1),
          include: ['test/**/*.test.ts'],
          exclude: onTheKernel,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'machine',
          include: onTheKernel,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
