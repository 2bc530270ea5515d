import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { LineWriter } from '../../gateway/agent/line-writer.ts';

class SlowPipe {
  writableLength = 0;
  readonly lines: string[] = [];
  fail: (error: Error) => void = () => {};

  write(text: string): boolean {
    this.lines.push(text);
    this.writableLength += text.length;
    return false;
  }

  on(_event: 'error', listener: (error: Error) => void): void {
    this.fail = listener;
  }

  read(): void {
    this.writableLength = 0;
  }
}

const lost = (lines: number) => `lost ${lines}\n`;

it('a slow reader costs lines, which are counted, and no more memory than allowed', () => {
  const pipe = new SlowPipe();
  const writer = new LineWriter(pipe, 10);
  for (const line of ['one\n', 'two\n', 'three\n', 'four\n']) writer.write(line, lost);
  expect(pipe.lines).toEqual(['one\n', 'two\n']);
  pipe.read();
  writer.write('5\n', lost);
  writer.write('6\n', lost);
  expect(pipe.lines.slice(2)).toEqual(['lost 2\n5\n']);
  pipe.read();
  writer.write('7\n', lost);
  expect(pipe.lines.slice(3)).toEqual(['lost 1\n7\n']);
});

it('a reader that has gone costs all that follows, and nothing else', () => {
  const pipe = new SlowPipe();
  const writer = new LineWriter(pipe);
  pipe.fail(new Error('EPIPE'));
  writer.write('one\n', lost);
  expect(pipe.lines).toEqual([]);
});

it('a file has each line before the call returns; a full disk costs lines', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-test-'));
  const path = join(folder, 'log');
  const fd = openSync(path, 'w');
  const writer = new LineWriter(Object.assign(new SlowPipe(), { fd }));
  writer.write('one\n', lost);
  expect(readFileSync(path, 'utf8')).toBe('one\n');
  closeSync(fd);
  expect(() => writer.write('two\n', lost)).not.toThrow();
  rmSync(folder, { recursive: true });
});
