import { createReadStream } from 'node:fs';

export interface Lines {
  /** Whole lines without their ends; `null` stands for one that was too long to keep. */
  readonly whole: readonly (string | null)[];
  /** What follows the last line end of the file: the line of an interrupted writer. */
  readonly rest?: string;
}

/** A record with eight names of the longest kind is far shorter. */
export const longestLine = 64 * 1024;

/**
 * The lines of a file in pieces, in bounded memory whatever it holds. Bytes that are no UTF-8 become U+FFFD.
 * @throws What the file system throws.
 */
export async function* readLines(path: string): AsyncGenerator<Lines> {
  let rest = '';
  let tooLong = false;
  for await (const chunk of createReadStream(path, { encoding: 'utf8', highWaterMark: 1 << 18 })) {
    const pieces = (chunk as string).split('\n');
    const whole: (string | null)[] = [];
    for (let i = 0; i < pieces.length - 1; i++) {
      const line = i === 0 ? rest + pieces[i] : (pieces[i] ?? '');
      whole.push((tooLong && i === 0) || line.length > longestLine ? null : line);
    }
    const last = pieces.at(-1) ?? '';
    if (pieces.length > 1) tooLong = false;
    rest = pieces.length > 1 ? last : rest + last;
    if (rest.length > longestLine) tooLong = true;
    if (tooLong) rest = '';
    yield { whole };
  }
  if (tooLong) yield { whole: [null] };
  else if (rest !== '') yield { whole: [], rest };
}
