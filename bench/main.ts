import { cpus, release } from 'node:os';
import { parseArgs } from 'node:util';
import { benchPackets, type PacketFigures } from './packet-bench.ts';

const help = `Usage: npm run bench -- [--json]

What one packet costs in the kernel, in ns: the eBPF programs run by BPF_PROG_TEST_RUN on frames that
change before each run, what the change costs taken off. Medians of 15 rounds, with quartiles.
Needs root.`;

const { values } = parseArgs({
  options: { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
});
if (values.help) {
  console.log(help);
} else {
  const sizes = [10, 10_000];
  const figures: PacketFigures[] = [];
  for (const size of sizes) {
    if (!values.json) process.stderr.write(`measuring with ${size} rules …\n`);
    figures.push(await benchPackets(size));
  }
  const machine = { kernel: release(), cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length };
  console.log(values.json ? JSON.stringify({ machine, figures }, null, 2) : table(figures));
}

function table(figures: readonly PacketFigures[]): string {
  const rows = figures[0]?.cases.map(({ name }, i) => [
    name.padEnd(24),
    ...figures.map(({ cases }) => {
      const { low = 0, median = 0, high = 0 } = cases[i]?.ns ?? {};
      return `${median} ns (${low}–${high})`.padEnd(24);
    }),
  ]);
  const heading = ['packet'.padEnd(24), ...figures.map(({ rules }) => `${rules} rules`.padEnd(24))];
  return [heading, ...(rows ?? [])].map((row) => row.join('').trimEnd()).join('\n');
}
