import { SegmentWriter } from '../../src/traffic/index.ts';
import { flowLine } from './flow-line.ts';

// Appends numbered records for ever and says how many are synced, until it is killed.
const [folder = ''] = process.argv.slice(2);
const writer = await SegmentWriter.open({ folder, syncEveryMs: 20, onNotice: () => {} });
for (let number = 1; ; number++) {
  writer.append({ ...flowLine, srcPort: number % 65536, number });
  if (number % 100 !== 0) continue;
  await new Promise((resolve) => setTimeout(resolve, 1));
  process.stdout.write(`${writer.stats.synced}\n`);
}
