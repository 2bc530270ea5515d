import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { readAll, recordingFolder } from './temporary-recording.ts';

const document = readFileSync(
  path.resolve(import.meta.dirname, '../../docs/simulation.md'),
  'utf8',
);

it('reads the recording that the document shows', async () => {
  const [, shown = ''] = /^```jsonl\n([\s\S]*?)^```$/m.exec(document) ?? [];
  const { flows, summary } = await readAll(recordingFolder({ 'a.jsonl': shown }));
  expect(flows).toHaveLength(2);
  expect(summary.flows).toBe(13);
  expect(Object.values(summary.skipped)).toEqual([0, 0, 0, 0, 0, 0]);
});
