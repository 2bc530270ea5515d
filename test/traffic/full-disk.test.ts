import { execFileSync, spawnSync } from 'node:child_process';
import { rmSync, statfsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { SegmentWriter, type WriterNotice } from '../../src/traffic/index.ts';
import { flowLine } from './flow-line.ts';
import { readAll, recordingFolder } from './temporary-recording.ts';

/** A file system of one megabyte, until the test ends. */
function smallDisk(): string {
  const folder = recordingFolder();
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'sallyport-test', folder]);
  onTestFinished(() => void execFileSync('umount', [folder]));
  return folder;
}

function canMount(): boolean {
  const script = 'mount -t tmpfs sallyport-test "$0" && umount "$0"';
  return spawnSync('unshare', ['--mount', 'sh', '-c', script, '/tmp']).status === 0;
}

const able = canMount();
if (!able && process.env.CI !== 'true') {
  console.warn('skipped: a full disk, for it needs root and mount to make a small file system');
}

describe.skipIf(!able && process.env.CI !== 'true')('SegmentWriter on a full disk', () => {
  it('drops and counts what finds no room, and resumes when there is some', async () => {
    const disk = smallDisk();
    const ballast = path.join(disk, 'ballast');
    writeFileSync(ballast, Buffer.alloc(900 * 1024));
    const notices: WriterNotice[] = [];
    const folder = path.join(disk, 'recording');
    const writer = await SegmentWriter.open({
      folder,
      onNotice: (notice) => notices.push(notice),
      maxPendingBytes: 50_000,
      retryEveryMs: 10,
      syncEveryMs: 10,
    });
    onTestFinished(() => writer.close());

    let next = 0;
    const appendSome = () => {
      for (let i = 0; i < 100; i++) writer.append({ ...flowLine, generation: next++ });
    };
    const fillDisk = () => {
      appendSome();
      expect(writer.stats.dropped).toBeGreaterThan(0);
    };
    await vi.waitFor(fillDisk, 10_000);
    expect(writer.stats.failing).toBe(true);
    expect(notices[0]).toMatchObject({ event: 'recording-failed', code: 'ENOSPC' });
    expect(notices[0]?.message).toContain('the disk is full');

    rmSync(ballast);
    await vi.waitFor(() => expect(writer.stats.failing).toBe(false), 10_000);
    appendSome();
    await writer.close();

    const { written, synced, dropped } = writer.stats;
    expect(written + dropped).toBe(next);
    expect(synced).toBe(written);
    const { flows, summary } = await readAll(folder);
    expect(flows).toHaveLength(written);
    expect(summary.skipped).toMatchObject({ malformed: 0, torn: 0 });
    expect(notices.map(({ event }) => event)).toContain('recording-resumed');
    const told = notices.flatMap((notice) =>
      notice.event === 'recording-dropped' ? notice.dropped : [],
    );
    expect(told.reduce((sum, number) => sum + number, 0)).toBe(dropped);
  });

  it('can be opened, and closed, while there is no room at all', async () => {
    const disk = smallDisk();
    const { bavail, bsize } = statfsSync(disk);
    writeFileSync(path.join(disk, 'ballast'), Buffer.alloc(Number(bavail) * Number(bsize)));
    const notices: WriterNotice[] = [];
    const writer = await SegmentWriter.open({
      folder: path.join(disk, 'recording'),
      onNotice: (notice) => notices.push(notice),
    });
    writer.append(flowLine);
    await writer.close();
    expect(writer.stats).toMatchObject({ written: 0, dropped: 1 });
    expect(notices.map(({ event }) => event)).toEqual(['recording-failed', 'recording-dropped']);
  });
});
