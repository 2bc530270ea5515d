import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import {
  RecordingError,
  SegmentWriter,
  type SegmentWriterOptions,
  type WriterNotice,
} from '../../src/traffic/index.ts';
import { flowLine } from './flow-line.ts';
import { readAll, recordingFolder } from './temporary-recording.ts';

const record = (number: number) => ({ ...flowLine, port: number });

async function openWriter(folder: string, options: Partial<SegmentWriterOptions> = {}) {
  const notices: WriterNotice[] = [];
  const onNotice = (notice: WriterNotice) => void notices.push(notice);
  const writer = await SegmentWriter.open({ folder, onNotice, ...options });
  onTestFinished(() => writer.close());
  return { writer, notices };
}

function segmentsOf(folder: string): string[] {
  return readdirSync(folder).toSorted();
}

async function portsIn(folder: string): Promise<(number | undefined)[]> {
  const { flows } = await readAll(folder);
  return flows.map(({ port }) => port);
}

describe('SegmentWriter', () => {
  it('writes at once what it is given, and syncs it soon after', async () => {
    const folder = recordingFolder();
    const { writer } = await openWriter(folder, { syncEveryMs: 50 });
    for (let port = 1; port <= 100; port++) writer.append(record(port));
    await vi.waitFor(() => expect(writer.stats.synced).toBe(100), 5000);
    expect(await portsIn(folder)).toEqual(Array.from({ length: 100 }, (_, i) => i + 1));
    expect(writer.stats).toEqual({
      written: 100,
      synced: 100,
      dropped: 0,
      removedSegments: 0,
      failing: false,
    });
  });

  it('syncs a last record though nothing comes after it', async () => {
    const { writer } = await openWriter(recordingFolder(), { syncEveryMs: 30 });
    writer.append(record(1));
    await vi.waitFor(() => expect(writer.stats.synced).toBe(1), 5000);
    writer.append(record(2));
    await vi.waitFor(() => expect(writer.stats.synced).toBe(2), 5000);
  });

  it('has everything on disk when it is closed, and takes nothing after', async () => {
    const folder = recordingFolder();
    const { writer } = await openWriter(folder, { syncEveryMs: 60_000 });
    for (let port = 1; port <= 1000; port++) writer.append(record(port));
    await writer.close();
    expect(writer.stats).toMatchObject({ written: 1000, synced: 1000 });
    writer.append(record(1));
    expect(writer.stats.dropped).toBe(1);
    expect(await portsIn(folder)).toHaveLength(1000);
  });

  it('makes no segment without a record', async () => {
    const folder = recordingFolder();
    const { writer } = await openWriter(folder);
    await writer.close();
    expect(segmentsOf(folder)).toEqual([]);
  });

  it('makes its folder, which only its owner and group may read', async () => {
    const folder = path.join(recordingFolder(), 'made', 'here');
    const { writer } = await openWriter(folder);
    writer.append(record(1));
    await writer.close();
    expect(statSync(folder).mode & 0o007).toBe(0);
    const [segment = ''] = segmentsOf(folder);
    expect(statSync(path.join(folder, segment)).mode & 0o007).toBe(0);
  });

  it('begins a segment when one is large enough, between two lines', async () => {
    const folder = recordingFolder();
    const { writer } = await openWriter(folder, { maxSegmentBytes: 5000 });
    for (let port = 1; port <= 200; port++) writer.append(record(port));
    await writer.close();
    const segments = segmentsOf(folder);
    expect(segments.length).toBeGreaterThan(5);
    for (const segment of segments) {
      const text = readFileSync(path.join(folder, segment), 'utf8');
      expect(text.endsWith('}\n')).toBe(true);
      expect(text.length).toBeLessThan(5500);
    }
    expect(await portsIn(folder)).toHaveLength(200);
  });

  it('begins a segment when one is old enough', async () => {
    const folder = recordingFolder();
    const { writer } = await openWriter(folder, { maxSegmentAgeMs: 20 });
    writer.append(record(1));
    await vi.waitFor(() => expect(writer.stats.written).toBe(1), 5000);
    const first = Date.now();
    await vi.waitFor(() => expect(Date.now() - first).toBeGreaterThan(25), 5000);
    writer.append(record(2));
    await writer.close();
    expect(segmentsOf(folder)).toHaveLength(2);
    expect(await portsIn(folder)).toEqual([1, 2]);
  });

  it('leaves the segments of an earlier process as they are', async () => {
    const folder = recordingFolder();
    for (let port = 1; port <= 3; port++) {
      const { writer } = await openWriter(folder);
      writer.append(record(port));
      await writer.close();
    }
    expect(segmentsOf(folder)).toHaveLength(3);
    expect(await portsIn(folder)).toEqual([1, 2, 3]);
  });

  it('removes the oldest segments to stay under its limit, those of earlier processes too', async () => {
    const old = '20200101T000000000Z-0000.jsonl';
    const folder = recordingFolder({ [old]: 'x'.repeat(9000) });
    const limit = 40_000;
    const { writer, notices } = await openWriter(folder, { maxTotalBytes: limit });
    for (let port = 1; port <= 500; port++) writer.append(record(port));
    await writer.close();
    const segments = segmentsOf(folder);
    expect(segments).not.toContain(old);
    const sizes = segments.map((name) => statSync(path.join(folder, name)).size);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(limit);
    const ports = await portsIn(folder);
    expect(ports.at(-1)).toBe(500);
    expect(ports).toEqual(Array.from({ length: ports.length }, (_, i) => 501 - ports.length + i));
    const removed = notices.filter(({ event }) => event === 'recording-trimmed');
    expect(removed.length).toBeGreaterThan(0);
    expect(writer.stats.removedSegments).toBeGreaterThan(5);
  });

  it('counts what cannot be written as a line, and goes on', async () => {
    const folder = recordingFolder();
    const { writer, notices } = await openWriter(folder);
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    writer.append(circle);
    writer.append({ number: 1n });
    writer.append({ text: 'x'.repeat(100_000) });
    writer.append(record(1));
    await writer.close();
    expect(await portsIn(folder)).toEqual([1]);
    expect(writer.stats).toMatchObject({ written: 1, dropped: 3 });
    const dropped = notices.flatMap((notice) =>
      notice.event === 'recording-dropped' ? notice.dropped : [],
    );
    expect(dropped.reduce((sum, number) => sum + number, 0)).toBe(3);
  });

  it('holds no more in memory than it may', async () => {
    const { writer } = await openWriter(recordingFolder(), { maxPendingBytes: 10_000 });
    for (let port = 1; port <= 1000; port++) writer.append(record(port));
    await writer.close();
    const { written, dropped } = writer.stats;
    expect(written + dropped).toBe(1000);
    expect(written).toBeGreaterThan(10);
    expect(dropped).toBeGreaterThan(900);
  });

  it('does not mind a listener that throws', async () => {
    const folder = recordingFolder();
    const onNotice = () => {
      throw new Error('deaf');
    };
    const writer = await SegmentWriter.open({ folder, onNotice });
    writer.append({ number: 1n });
    writer.append(record(1));
    await writer.close();
    expect(await portsIn(folder)).toEqual([1]);
  });

  it('says where it cannot record, before anything is lost', async () => {
    const file = path.join(recordingFolder({ taken: '' }), 'taken');
    await expect(openWriter(file)).rejects.toThrow(RecordingError);
    await expect(openWriter(file)).rejects.toThrow(/taken: it is a file, not a folder; name a/);
  });

  it('makes its folder again when somebody has removed it', async () => {
    const folder = recordingFolder();
    const { writer } = await openWriter(folder, { maxSegmentBytes: 1000, retryEveryMs: 10 });
    writer.append(record(1));
    await vi.waitFor(() => expect(writer.stats.written).toBe(1), 5000);
    rmSync(folder, { recursive: true });
    for (let port = 2; port <= 20; port++) writer.append(record(port));
    await writer.close();
    const ports = await portsIn(folder);
    expect(ports.at(-1)).toBe(20);
  });

  it('waits while it cannot write, then goes on where it was', async () => {
    const folder = recordingFolder();
    const { writer, notices } = await openWriter(folder, { retryEveryMs: 10 });
    rmSync(folder, { recursive: true });
    writeFileSync(folder, 'in the way');
    writer.append(record(1));
    await vi.waitFor(() => expect(writer.stats.failing).toBe(true), 5000);
    writer.append(record(2));
    rmSync(folder);
    await vi.waitFor(() => expect(writer.stats.synced).toBe(2), 5000);
    expect(notices.map(({ event }) => event)).toEqual(['recording-failed', 'recording-resumed']);
    expect(await portsIn(folder)).toEqual([1, 2]);
  });

  it('loses nothing that it has called synced when it is killed', async () => {
    const folder = recordingFolder();
    const main = path.join(import.meta.dirname, 'writer-main.ts');
    const child = spawn(process.execPath, [main, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    const exited = once(child, 'exit');
    let synced = 0;
    for await (const text of createInterface({ input: child.stdout })) {
      synced = Number(text);
      if (synced >= 5000) child.kill('SIGKILL');
    }
    await exited;
    expect(synced).toBeGreaterThanOrEqual(5000);
    const numbers = segmentsOf(folder)
      .flatMap((name) => readFileSync(path.join(folder, name), 'utf8').split('\n').slice(0, -1))
      .map((text) => JSON.parse(text).number);
    expect(numbers.length).toBeGreaterThanOrEqual(synced);
    expect(numbers).toEqual(numbers.map((_, i) => i + 1));
  });
});
