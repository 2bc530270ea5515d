import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { openRecording, type RecordedFlow } from '../../src/traffic/index.ts';

/** A folder with these files, until the test ends. */
export function recordingFolder(files: Readonly<Record<string, string | Uint8Array>> = {}): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'sallyport-recording-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
  return folder;
}

export async function readAll(place: string) {
  const recording = await openRecording(place);
  const flows: RecordedFlow[] = [];
  for await (const flow of recording.flows()) flows.push(flow);
  return { flows, summary: recording.summary };
}
